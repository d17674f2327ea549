import { checkOptions, mustBe, TidemarkError } from '../errors.js';
import { numberBytes } from '../state/keyBytes.js';
import { AS_IT_IS, Overlay } from '../state/overlay.js';
import type { StateBackend } from '../state/stateBackend.js';
import { BLOCK } from '../state/storedParts.js';
import type { MachineFactory, WindowingSpec } from './machine.js';
import { StoredMachine } from './storedMachine.js';
import { StoredSlicedMachine } from './storedSlicedMachine.js';
import { StoredSlices } from './storedSlices.js';
import type { OpenState, WorkingState } from './workingState.js';

/** What {@link stateOn} takes. */
export interface StateOptions {
  /** How many keys each operator keeps in memory, as objects; what is beyond that lies in the backend alone. Default 65536. */
  readonly cache?: number;
}

/**
 * Working state in a backend: windows work on it instead of on memory, with a bounded number of keys at hand. `lmdb()` is this over LMDB; for
 * a backend of your own use it directly, and check the backend with `stateBackendContract` of `tidemark/testing`.
 *
 * A backend serves one run at a time: `open` rejects with `BAD_OPTION` while another is in it.
 *
 * @throws TidemarkError `BAD_OPTION` for what is no backend, or a `cache` that is no whole number.
 * @example
 * ```ts
 * import { type StateBackend, stateOn, type WorkingState } from 'tidemark';
 *
 * const inMine = (mine: StateBackend): WorkingState => stateOn(mine, { cache: 10_000 });
 * ```
 */
export function stateOn(backend: StateBackend, options: StateOptions = {}): WorkingState {
  if (typeof backend?.table !== 'function') throw mustBe('stateOn: its first argument', 'a backend', backend);
  const where = backend.name;
  checkOptions(options, ['cache'], where);
  const { cache = 65_536 } = options;
  if (!Number.isSafeInteger(cache) || cache < 0) throw mustBe(`${where}: cache`, 'a whole number of keys, 0 or more', cache);
  return {
    name: backend.name,
    async open(): Promise<OpenState> {
      if (taken.has(backend))
        throw new TidemarkError('BAD_OPTION', `${where}: a run has its state in it. Give each run a backend of its own.`);
      taken.add(backend);
      try {
        await backend.open();
      } catch (error) {
        taken.delete(backend);
        throw error;
      }
      return new TableState(backend, cache);
    },
  };
}

/** Backends of runs that are not over. */
const taken = new WeakSet<StateBackend>();

class TableState implements OpenState {
  readonly #backend: StateBackend;
  readonly #cache: number;
  #parked: Overlay<number, { readonly data: unknown }> | undefined;
  #parks = 0;
  #closed: Promise<void> | undefined;

  constructor(backend: StateBackend, cache: number) {
    this.#backend = backend;
    this.#cache = cache;
  }

  machine(name: string, { assigner, trigger, resultIn }: WindowingSpec<any, any, any>): MachineFactory {
    const backend = this.#backend;
    const cache = this.#cache;
    const sliced = assigner.slicing && !assigner.merging && assigner.ttl === undefined && (!trigger || trigger.isDefault) && !resultIn;
    if (!sliced) return (spec, output, drops, snapshot) => new StoredMachine(spec, output, drops, snapshot, backend, name, cache);
    return (spec, output, drops, snapshot) =>
      new StoredSlicedMachine(spec, output, drops, snapshot, new StoredSlices(spec, backend, name, cache));
  }

  readonly park = (data: unknown): (() => unknown) => {
    this.#parked ??= new Overlay(this.#backend.table('parked'), AS_IT_IS, Math.ceil(this.#cache / BLOCK), numberBytes);
    const parked = this.#parked;
    const number = this.#parks++;
    parked.settle();
    parked.put(number, { data });
    return () => {
      parked.settle();
      return parked.get(number)?.data;
    };
  };

  unpark(): void {
    this.#parked?.clear();
    this.#parked = undefined;
  }

  /** Once: another run may be in it by then. */
  close(): Promise<void> {
    this.#closed ??= this.#backend.close();
    taken.delete(this.#backend);
    return this.#closed;
  }
}

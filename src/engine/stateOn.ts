import { checkOptions, mustBe } from '../errors.js';
import type { StateBackend } from '../state/stateBackend.js';
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
      await backend.open();
      return { machine: (name, spec) => machineOn(backend, name, cache, spec), close: () => backend.close() };
    },
  };
}

function machineOn(
  backend: StateBackend,
  name: string,
  cache: number,
  { assigner, trigger, resultIn }: WindowingSpec<any, any, any>,
): MachineFactory {
  const sliced = assigner.slicing && !assigner.merging && assigner.ttl === undefined && (!trigger || trigger.isDefault) && !resultIn;
  if (!sliced) return (spec, output, drops, snapshot) => new StoredMachine(spec, output, drops, snapshot, backend, name, cache);
  return (spec, output, drops, snapshot) =>
    new StoredSlicedMachine(spec, output, drops, snapshot, new StoredSlices(spec, backend, name, cache));
}

/**
 * The operators of a job that have state: known by kind and name, so that a later program finds its state again wherever in the graph it
 * has put the operator.
 */
import { operatorId } from '../checkpoint/operatorId.js';
import type { OperatorCut, RestoredJob } from '../checkpoint/participants.js';
import { TidemarkError } from '../errors.js';
import type { SavedState, StateCut } from '../state/cut.js';
import type { StateRegistry } from '../stream/sink.js';

type TakeCut = (number: number, since: number) => StateCut;

export class JobRegistry implements StateRegistry {
  readonly #job: string;
  /** What no operator has taken over yet. */
  readonly #restored: Map<string, SavedState>;
  readonly #operators = new Map<string, { readonly kind: string; readonly name: string; readonly cut: TakeCut }>();
  readonly #unnamed: string[] = [];
  readonly #twice: string[] = [];

  constructor(job: string, restored: RestoredJob['operators'] | undefined) {
    this.#job = job;
    this.#restored = new Map(restored);
  }

  register(kind: string, name: string | undefined, snapshot: () => unknown): unknown {
    return this.registerParts(kind, name, () => ({ rest: snapshot(), parts: [] }))?.rest;
  }

  registerParts(kind: string, name: string | undefined, cut: TakeCut): SavedState | undefined {
    if (name === undefined) {
      this.#unnamed.push(kind);
      return undefined;
    }
    const id = operatorId(kind, name);
    if (this.#operators.has(id)) this.#twice.push(`${kind} "${name}"`);
    this.#operators.set(id, { kind, name, cut });
    const restored = this.#restored.get(id);
    // It may be large, and belongs to the operator now.
    this.#restored.delete(id);
    return restored;
  }

  /**
   * Refuses what cannot be found again, all of it at once. `dropped`: state that may be left behind. `names`: of the streams of the graph;
   * those above an operator that had all of its input before the restart are not connected any more.
   */
  check(dropped: ReadonlySet<string>, names: ReadonlySet<string | undefined>): void {
    const where = `run "${this.#job}"`;
    if (this.#unnamed.length > 0) {
      throw new TidemarkError(
        'BAD_OPTION',
        `${where}: operators with state need a name, by which a later program finds it: ${listed(this.#unnamed)}. Write { name: '...' } in their options; those without options take the name of what they stand on.`,
      );
    }
    if (this.#twice.length > 0) {
      throw new TidemarkError(
        'BAD_OPTION',
        `${where}: these are there more than once: ${listed(this.#twice)}. Give each a name of its own, or the stream that it stands on.`,
      );
    }
    const left = [...this.#restored.keys()].filter(
      id => !this.#operators.has(id) && !dropped.has(id) && !names.has(id.slice(id.indexOf('/') + 1)),
    );
    if (left.length > 0) {
      throw new TidemarkError(
        'BAD_SNAPSHOT',
        `${where}: the checkpoint holds state of operators that the program does not have: ${listed(left)}. Bring them back, or leave their state behind by allowDropped: [${left.map(id => `'${id}'`).join(', ')}].`,
      );
    }
  }

  cut(number: number, since: number): OperatorCut[] {
    return [...this.#operators.values()].map(({ kind, name, cut }) => ({ kind, name, ...cut(number, since) }));
  }
}

function listed(what: readonly string[]): string {
  return what.join(', ');
}

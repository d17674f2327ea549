/**
 * The operators of a job that have state: known by kind and name, so that a later program finds its state again wherever in the graph it
 * has put the operator. State of an older program is made into that of this one, where that can be done.
 */
import { copied } from '../checkpoint/copied.js';
import type { Form } from '../checkpoint/form.js';
import { operatorId } from '../checkpoint/operatorId.js';
import type { OperatorCut, RestoredJob } from '../checkpoint/participants.js';
import { TidemarkError } from '../errors.js';
import type { SavedState, StateCut } from '../state/cut.js';
import type { StateRegistry } from '../stream/sink.js';
import { changesOf, formOf, keptForm } from './forms.js';
import type { Program } from './plan.js';
import { upgraded } from './upgrade.js';

type TakeCut = (number: number, since: number) => StateCut;

interface Operator {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly cut: TakeCut;
  /** As the program has it, and as checkpoints keep it. */
  readonly form: Form | undefined;
  readonly kept: Form | undefined;
}

export class JobRegistry implements StateRegistry {
  /** What no operator has taken over yet. */
  readonly #restored: Map<string, SavedState>;
  /** What the operators were. */
  readonly #forms: Readonly<Record<string, Form>>;
  readonly #announced: { readonly kind: string; readonly name: string | undefined }[] = [];
  readonly #operators = new Map<string, Operator>();
  /** Cuts so far: barriers, and those of readers between them. By the number of a barrier, that of its cut. */
  #cuts = 0;
  readonly #numbers = new Map<number, number>();

  constructor(restored: Pick<RestoredJob, 'operators' | 'manifest'> | undefined) {
    this.#restored = new Map(restored?.operators);
    this.#forms = restored?.manifest?.forms ?? {};
  }

  register(kind: string, name: string | undefined, snapshot: () => unknown, spec?: unknown): unknown {
    return this.registerParts(kind, name, () => ({ rest: snapshot(), parts: [] }), spec)?.rest;
  }

  registerParts(kind: string, name: string | undefined, cut: TakeCut, spec?: unknown): SavedState | undefined {
    this.#announced.push({ kind, name });
    if (name === undefined) return undefined;
    const id = operatorId(kind, name);
    const form = formOf(kind, spec);
    this.#operators.set(id, { id, kind, name, cut, form, kept: form && keptForm(form) });
    const saved = this.#restored.get(id);
    // It may be large, and belongs to the operator now.
    this.#restored.delete(id);
    const was = this.#forms[id];
    if (!saved || !was || !form) return saved;
    const changes = changesOf(kind, was, form);
    // The plan refuses it, unless it may begin anew.
    if (changes.some(({ verdict }) => verdict === 'incompatible')) return undefined;
    return changes.length > 0 ? upgraded(id, kind, saved, was, spec, changes) : saved;
  }

  /** Refuses what cannot be found again. */
  check(where: string): void {
    checkNames(this.#announced, where);
  }

  /** For a plan. */
  get program(): Program['operators'] {
    return [...this.#operators.values()];
  }

  /** The number of a cut that is no barrier. */
  nextCut(): number {
    return ++this.#cuts;
  }

  cut(barrier: number, before: number): OperatorCut[] {
    const numbers = this.#numbers;
    const since = numbers.get(before) ?? 0;
    const number = numbers.get(barrier) ?? this.nextCut();
    numbers.set(barrier, number);
    for (const old of numbers.keys()) if (old < before) numbers.delete(old);
    return [...this.#operators.values()].map(({ id, kind, name, cut, kept }) => ({
      kind,
      name,
      ...(kept && { form: kept }),
      ...copied(id, () => cut(number, since)),
    }));
  }
}

/** Refuses operators without a name, and two of one kind and name: all of them at once. */
export function checkNames(operators: readonly { readonly kind: string; readonly name: string | undefined }[], where: string): void {
  const unnamed = operators.flatMap(({ kind, name }) => (name === undefined ? [kind] : []));
  if (unnamed.length > 0) {
    throw new TidemarkError(
      'BAD_OPTION',
      `${where}: operators with state need a name, by which a later program finds it: ${unnamed.join(', ')}. Write { name: '...' } in their options; those without options take the name of what they stand on.`,
    );
  }
  const told = operators.map(({ kind, name }) => `${kind} "${name}"`);
  const twice = told.filter((text, at) => told.indexOf(text) < at);
  if (twice.length > 0) {
    throw new TidemarkError(
      'BAD_OPTION',
      `${where}: these are there more than once: ${twice.join(', ')}. Give each a name of its own, or the stream that it stands on; put share() behind a stream of which several pipelines begin.`,
    );
  }
}

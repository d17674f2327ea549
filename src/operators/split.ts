import type { Observable, Unsubscribable } from 'rxjs';
import { checkFunction, mustBe, show, TidemarkError } from '../errors.js';
import { EventStream, type EventTimed } from '../stream/eventStream.js';
import type { Gate } from '../stream/gate.js';
import type { EventSink, RuntimeContext, StateRegistry } from '../stream/sink.js';
import { SplitRun } from './splitRun.js';

/** The type that a predicate narrows to; `never`: it narrows to none. */
type Narrowed<P> = P extends (value: any) => value is infer U ? U : never;

/** The branches of {@link split} by name, and the `rest`; a predicate that is a type guard narrows its branch and the rest. */
export type Branches<T, P> = {
  readonly [Name in keyof P]: EventStream<[Narrowed<P[Name]>] extends [never] ? T : Narrowed<P[Name]>>;
} & {
  /** What no branch takes. */
  readonly rest: EventStream<Exclude<T, Narrowed<P[keyof P]>>>;
};

/**
 * Makes several streams of one: each element goes to the first branch whose predicate holds, or to the rest; watermarks go to all.
 * Type guards narrow.
 *
 * The branches share one subscription to the stream, from the first that is subscribed to until the last is left, as with
 * `share()`: what stands before the split is done once. Streams that meet again in a `union` begin together. A branch that nobody subscribes
 * to is let go.
 *
 * @typeParam T - what the stream holds
 * @typeParam U - what the predicate narrows to, if it is a type guard
 * @typeParam P - the predicates by name
 * @returns With one predicate, the branch where it holds and the rest, as a pair; with predicates by name, the branches by name
 * and the `rest`.
 * @throws TidemarkError `BAD_OPTION` at assembly: no stream with event time, no predicate, a branch called `rest` or by a number (numbers do
 * not keep their order); on the branches whatever a predicate throws.
 * @example
 * ```ts
 * import { eventTime, split } from 'tidemark';
 *
 * type Event = { kind: 'order'; at: number; amount: number } | { kind: 'click'; at: number };
 * const events: Event[] = [{ kind: 'order', at: 1, amount: 20 }, { kind: 'click', at: 2 }];
 * const { orders, rest } = split(eventTime(events, { timestamp: event => event.at }), {
 *   orders: (event): event is Extract<Event, { kind: 'order' }> => event.kind === 'order',
 * });
 * orders.subscribe(order => console.log(order.amount)); // 20
 * rest.subscribe(click => console.log(click.kind)); // click
 * ```
 */
export function split<T, U extends T>(
  stream: Observable<T> & EventTimed,
  predicate: (value: T) => value is U,
): readonly [EventStream<U>, EventStream<Exclude<T, U>>];
export function split<T>(stream: Observable<T> & EventTimed, predicate: (value: T) => boolean): readonly [EventStream<T>, EventStream<T>];
export function split<T, P extends Readonly<Record<string, (value: T) => boolean>>>(
  stream: Observable<T> & EventTimed,
  predicates: P,
): Branches<T, P>;
export function split(stream: Observable<any> & EventTimed, predicates: Predicate | Readonly<Record<string, Predicate>>): unknown {
  if (!(stream instanceof EventStream)) {
    throw mustBe('split: its first argument', 'a stream with event time', stream, 'Use eventTime().');
  }
  if (typeof predicates === 'function') {
    const hub = new Hub(stream, [predicates]);
    return [new Branch(hub, 'yes', 0), new Branch(hub, 'rest', 1)];
  }
  const names = namesOf(predicates);
  const hub = new Hub(
    stream,
    names.map(name => predicates[name] as Predicate),
  );
  return Object.fromEntries([...names, 'rest'].map((name, i) => [name, new Branch(hub, name, i)]));
}

type Predicate = (value: any) => boolean;

/** Checks the predicates; their names in order. */
function namesOf(predicates: Readonly<Record<string, Predicate>>): string[] {
  const names = typeof predicates === 'object' && predicates !== null ? Object.keys(predicates) : [];
  if (names.length === 0) throw mustBe('split: its second argument', 'a predicate, or several by name', predicates);
  for (const name of names) {
    if (name === 'rest' || /^\d+$/.test(name))
      throw new TidemarkError('BAD_OPTION', `split: a branch must have a name of its own, not ${show(name)}.`);
    checkFunction(predicates[name], `split: ${name}`);
  }
  return names;
}

/** What the branches of one split share. */
class Hub<T> implements Gate {
  readonly source: EventStream<T>;
  readonly #predicates: readonly Predicate[];
  /** A run for each registry of state, so that its snapshot is whole; all that have none share one. */
  readonly #runs = new Map<StateRegistry | undefined, SplitRun<T>>();
  #shut = 0;

  constructor(source: EventStream<T>, predicates: readonly Predicate[]) {
    this.source = source;
    this.#predicates = predicates;
  }

  connect(branch: number, sink: EventSink<T>, context: RuntimeContext): Unsubscribable {
    const { state } = context;
    let run = this.#runs.get(state);
    if (!run) {
      const fresh = new SplitRun<T>(
        this.source,
        value => this.#branchOf(value),
        context,
        () => {
          if (this.#runs.get(state) === fresh) this.#runs.delete(state);
        },
      );
      this.#runs.set(state, (run = fresh));
    }
    const subscription = run.join(branch, sink);
    if (this.#shut === 0) run.begin();
    return subscription;
  }

  shut(): void {
    this.#shut++;
  }

  open(): void {
    if (--this.#shut === 0) for (const run of [...this.#runs.values()]) run.begin();
  }

  #branchOf(value: T): number {
    const predicates = this.#predicates;
    for (let i = 0; i < predicates.length; i++) if ((predicates[i] as Predicate)(value)) return i;
    return predicates.length;
  }
}

class Branch<T> extends EventStream<T> {
  override readonly gate: Hub<T>;
  readonly #number: number;

  constructor(hub: Hub<T>, name: string, number: number) {
    super(`split(${name})`, [hub.source], hub.source.name && `${hub.source.name}.${name}`);
    this.gate = hub;
    this.#number = number;
  }

  override connect(sink: EventSink<T>, context: RuntimeContext): Unsubscribable {
    return this.gate.connect(this.#number, sink, context);
  }
}

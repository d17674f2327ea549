import { Observable, type Subscriber } from 'rxjs';
import type { LateRecord, Pane } from '../engine/pane.js';
import { mustBe, readOptions, show, TidemarkError } from '../errors.js';
import type { Inspectable, RunGraph } from '../explain/runGraph.js';
import { operatorName } from '../explain/words.js';
import type { JobEvent } from '../job/jobEvent.js';
import type { EventStream } from '../stream/eventStream.js';
import { streamsOf } from '../stream/streamsOf.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';
import type { InspectEvent } from './inspectEvent.js';
import { Sampler } from './sampler.js';
import { listen, type TapListener } from './taps.js';

/** What {@link inspect} takes. */
export interface InspectOptions {
  /** Which kinds of events are wanted. Default: all. */
  readonly kinds?: readonly InspectEvent['type'][];
  /** The operators, by name, that elements, watermarks, panes, drops and idleness are wanted of. Default: all. */
  readonly operators?: readonly string[];
  /** So many events of each kind and operator in a second at most; how many were left out is said with the next. `Infinity`: all. Default 100. */
  readonly perSecond?: number;
}

/** A job, or in tests a recording, which has no events of its own. */
export interface Inspected extends Inspectable {
  /** What happens to the job. */
  readonly events?: Observable<JobEvent>;
}

type Kind = InspectEvent['type'];

const KINDS: readonly Kind[] = ['element', 'watermark', 'pane', 'drop', 'idle', 'snapshot', 'job'];

const READERS = {
  kinds(kinds: readonly Kind[], where: string): ReadonlySet<Kind> {
    if (!Array.isArray(kinds) || kinds.some(kind => !KINDS.includes(kind))) throw mustBe(where, `some of ${KINDS.join(', ')}`, kinds);
    return new Set(kinds);
  },
  operators(names: readonly string[], where: string): ReadonlySet<string> {
    if (!Array.isArray(names)) throw mustBe(where, 'an array of names', names);
    return new Set(names);
  },
  perSecond(most: number, where: string): number {
    if (most === Infinity || (Number.isSafeInteger(most) && most > 0)) return most;
    throw mustBe(where, 'a whole number of at least 1, or Infinity', most);
  },
};

/**
 * What happens in a job, as one stream: elements that come, watermarks, panes, elements that did not count, sources that fall idle,
 * checkpoints, and whatever else happens to the job. While nobody is subscribed it costs nothing: taps are put between the operators when
 * the first subscriber comes, and taken out when the last one goes. Subscribe right behind `run`, and nothing is missed.
 *
 * Events come synchronously, in the midst of the step that they are about, and nothing is kept for anybody: what is to go to a slow reader
 * goes through {@link keepEvents}, which keeps a bounded number. Too many at once are left out, by `perSecond`.
 *
 * @returns Hot: completes when the job is over, and never fails. Of a recording it never completes.
 * @throws TidemarkError `BAD_OPTION` for options that are none, and operators that are not there.
 * @example
 * ```ts
 * import { count, eventTime, inspect, replayable, run, tumbling, windowBy } from 'tidemark';
 *
 * const clicks = eventTime(replayable([{ at: 5 }]), { name: 'clicks', timestamp: click => click.at });
 * const job = run(clicks.pipe(windowBy(tumbling('1h'), { name: 'perHour', aggregate: count() })), { name: 'clicks' });
 * inspect(job, { kinds: ['pane', 'drop'] }).subscribe(event => {
 *   if (event.type === 'pane') console.log(event.operator, event.pane.timing, event.pane.value);
 *   if (event.type === 'drop') console.log(event.operator, event.record.reason);
 * });
 * ```
 */
export function inspect(job: Inspected, options: InspectOptions = {}): Observable<InspectEvent> {
  const graph = job['~graph'];
  const { kinds, operators, perSecond = 100 } = readOptions(options, READERS, 'inspect');
  if (operators) checkNames(graph.outputs, operators);
  return new Observable<InspectEvent>(subscriber => {
    const isWanted = (kind: Kind): boolean => kinds?.has(kind) ?? true;
    if (KINDS.slice(0, 5).some(isWanted)) subscriber.add(listen(graph, new Telling(subscriber, graph, isWanted, operators, perSecond)));
    const { events } = job;
    subscriber.add(
      events?.subscribe({
        next: event => {
          const at = graph.clock.now();
          if (event.type !== 'checkpoint') {
            if (isWanted('job')) subscriber.next({ type: 'job', at, event });
          } else if (isWanted('snapshot')) subscriber.next({ type: 'snapshot', at, checkpoint: event.checkpoint });
        },
        complete: () => subscriber.complete(),
      }),
    );
  });
}

/** Makes events of what is heard, as many as are wanted. */
class Telling implements TapListener {
  readonly #subscriber: Subscriber<InspectEvent>;
  readonly #graph: RunGraph;
  readonly #isWanted: (kind: Kind) => boolean;
  readonly #operators: ReadonlySet<string> | undefined;
  readonly #sampler: Sampler;

  constructor(
    subscriber: Subscriber<InspectEvent>,
    graph: RunGraph,
    isWanted: (kind: Kind) => boolean,
    operators: ReadonlySet<string> | undefined,
    perSecond: number,
  ) {
    this.#subscriber = subscriber;
    this.#graph = graph;
    this.#isWanted = isWanted;
    this.#operators = operators;
    this.#sampler = new Sampler(perSecond);
  }

  elements(stream: EventStream<any>, value: unknown, timestamp: Timestamp, count: number): void {
    this.#tell(stream, 'element', count, common => ({ type: 'element', ...common, value, timestamp }));
  }

  pane(stream: EventStream<any>, pane: Pane<unknown, unknown>): void {
    this.#tell(stream, 'pane', 1, common => ({ type: 'pane', ...common, pane }));
  }

  watermark(stream: EventStream<any>, watermark: Watermark): void {
    this.#tell(stream, 'watermark', 1, common => ({ type: 'watermark', ...common, watermark }));
  }

  idle(stream: EventStream<any>): void {
    this.#tell(stream, 'idle', 1, common => ({ type: 'idle', ...common }));
  }

  drop(stream: EventStream<any>, record: LateRecord<unknown>): void {
    this.#tell(stream, 'drop', 1, common => ({ type: 'drop', ...common, record }));
  }

  #tell(
    stream: EventStream<any>,
    kind: Kind,
    count: number,
    make: (common: { operator: string; at: Timestamp; left: number }) => InspectEvent,
  ): void {
    if (!this.#isWanted(kind)) return;
    const operator = operatorName(stream);
    if (this.#operators && !this.#operators.has(operator)) return;
    const at = this.#graph.clock.now();
    const left = this.#sampler.take(stream, kind, at, count);
    if (left !== undefined) this.#subscriber.next(make({ operator, at, left }));
  }
}

function checkNames(outputs: readonly EventStream<any>[], names: ReadonlySet<string>): void {
  const there = new Set(streamsOf(outputs).map(operatorName));
  const missing = [...names].filter(name => !there.has(name));
  if (missing.length === 0) return;
  throw new TidemarkError(
    'BAD_OPTION',
    `inspect: no operator is called ${missing.map(show).join(', ')}. There are: ${[...there].join(', ')}.`,
  );
}

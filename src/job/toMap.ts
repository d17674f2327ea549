import { type Pane, paneId } from '../engine/pane.js';
import { checkFunction, checkOptions, mustBe } from '../errors.js';
import { refuseDeltas } from '../operators/paneStream.js';
import { type EventOperator, type EventStream, eventOperator } from '../stream/eventStream.js';
import { defineSink, type SinkContext, type SinkWork } from './defineSink.js';

/** Where rows are kept by key: a `Map`, or anything with these methods, synchronous or not. */
export interface MapLike<K, V> {
  /** The pane that is there. */
  get(key: K): V | undefined | Promise<V | undefined>;
  /** Puts one in its place. */
  set(key: K, value: V): unknown;
  /** Takes one away. */
  delete(key: K): unknown;
}

/** What {@link toMap} takes. */
export interface ToMapOptions<K, P> {
  /** By which a restart finds the sink. */
  readonly name: string;
  /** By what a pane is kept. Default: the text of its key and window. Panes of different keys or windows must not share one. */
  readonly key?: (pane: P) => K;
}

/**
 * Keeps the newest pane of each key and window in a map that outlives the job: upsert mode. Panes go there at once, early ones too; a
 * pane replaces older ones and never a newer one, so that what comes again after a crash changes nothing. Retractions delete. Of two panes
 * that which has more on-time and late ones before it is newer, then that with the higher index. So late panes that the clock makes
 * (`late: every(...)`) may be fewer after a crash, and then do not replace those from before it.
 *
 * @throws TidemarkError `BAD_OPTION` at assembly, also behind windows that discard, unless `key` says by what their panes are kept.
 * @example
 * ```ts
 * import { count, eventTime, type Pane, replayable, run, toMap, tumbling, windowBy } from 'tidemark';
 *
 * const board = new Map<string, Pane<undefined, number>>();
 * const clicks = eventTime(replayable([{ at: 5 }]), { name: 'clicks', timestamp: c => c.at });
 * const counts = clicks.pipe(windowBy(tumbling('1h'), { name: 'perHour', aggregate: count() }));
 * await run(counts.pipe(toMap(board, { name: 'board' })), { name: 'clicks' }).done;
 * for (const pane of board.values()) console.log(pane.value); // 1
 * ```
 */
export function toMap<P extends Pane<unknown, unknown>, K = string>(map: MapLike<K, P>, options: ToMapOptions<K, P>): EventOperator<P, P> {
  for (const method of ['get', 'set', 'delete'] as const) checkFunction(map?.[method], `toMap: the map's ${method}`);
  checkOptions(options, ['name', 'key'], 'toMap');
  if (options.key !== undefined) checkFunction(options.key, 'toMap: key');
  const { name, key = pane => paneKey(pane) as K } = options;
  const sink = defineSink<P>({ kind: 'toMap', name, mode: 'upsert', create: context => new MapSink(name, map, key, context) });
  if (options.key !== undefined) return sink;
  return eventOperator<P, P>('toMap', source => {
    refuseDeltas('toMap', source);
    return sink(source) as EventStream<P>;
  });
}

/** The identity of a pane without its number. */
function paneKey(pane: Pane<unknown, unknown>): string {
  return paneId({ ...pane, index: 0 });
}

/** So many writes may be on their way. */
const IN_FLIGHT = 1024;

class MapSink<P extends Pane<unknown, unknown>, K> implements SinkWork<P> {
  readonly name: string;
  readonly mode = 'upsert';
  readonly #map: MapLike<K, P>;
  readonly #key: (pane: P) => K;
  readonly #context: SinkContext;
  /** Writes follow each other. */
  #last: Promise<unknown> | undefined;
  #inFlight = 0;

  constructor(name: string, map: MapLike<K, P>, key: (pane: P) => K, context: SinkContext) {
    this.name = name;
    this.#map = map;
    this.#key = key;
    this.#context = context;
  }

  get room(): number {
    return IN_FLIGHT - this.#inFlight;
  }

  write(pane: P, diff: 1 | -1): void {
    if (typeof pane?.index !== 'number') throw mustBe(`toMap "${this.name}": each value`, 'a pane', pane, 'Put toMap behind windowBy.');
    const key = this.#key(pane);
    this.#inFlight++;
    const put = (): unknown => this.#put(key, pane, diff);
    const done = this.#last ? this.#last.then(put) : put();
    if (!isPromise(done)) {
      this.#inFlight--;
      return;
    }
    this.#last = done;
    done.then(
      () => this.#settled(done),
      error => this.#context.fail(error),
    );
  }

  #settled(done: PromiseLike<unknown>): void {
    this.#inFlight--;
    if (this.#last === done) this.#last = undefined;
    this.#context.relieve();
  }

  /** Synchronous with a map that is. */
  #put(key: K, pane: P, diff: 1 | -1): unknown {
    const before = this.#map.get(key);
    return isPromise(before) ? before.then(found => this.#replace(key, pane, diff, found)) : this.#replace(key, pane, diff, before);
  }

  #replace(key: K, pane: P, diff: 1 | -1, before: P | undefined): unknown {
    const newer = !before || isNewer(pane, before);
    if (diff === -1) return before && (newer || before.index === pane.index) ? this.#map.delete(key) : undefined;
    // Sessions that were shown and have become part of this one, also when a restart has shown them again.
    const gone = pane.replaces.map(window => this.#map.delete(this.#key({ ...pane, window })));
    const set = newer ? this.#map.set(key, pane) : undefined;
    return [...gone, set].some(isPromise) ? Promise.all([...gone, set]) : undefined;
  }

  async fence(): Promise<void> {}

  async lastCommitted(): Promise<number> {
    return 0;
  }

  rotate(): undefined {}

  /** What was sent before the barrier has arrived. */
  async prepare(): Promise<void> {
    await this.#last;
  }

  async commit(): Promise<void> {}

  async abort(): Promise<void> {}
}

/** How many early panes there were may differ after a restart, where the clock says when they come: so they do not count among the others. */
function isNewer(a: Pane<unknown, unknown>, b: Pane<unknown, unknown>): boolean {
  const beyond = a.nonSpeculativeIndex - b.nonSpeculativeIndex;
  return beyond > 0 || (beyond === 0 && a.index > b.index);
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

import { Observable } from 'rxjs';
import { equal } from '../aggregates/equal.js';
import type { StateEntry, StateReader } from '../engine/stateReader.js';
import type { TimeWindow } from '../engine/window.js';
import { mustBe, show, TidemarkError } from '../errors.js';
import type { Timestamp } from '../time/timestamp.js';
import type { ReadLevel, ViewAnswer, ViewEntry, ViewMoment, ViewPage, ViewWindows } from './answer.js';
import { upTo } from './bounds.js';
import { type FollowSpec, follow, keysIn, Stop } from './follow.js';
import { HeldState } from './heldState.js';
import { type LocalView, StateView } from './localView.js';
import { checkRunning } from './problems.js';
import { inSlices } from './scans.js';
import { SharedState } from './sharedState.js';
import { Snapshot } from './snapshot.js';
import type { ViewChange } from './viewChange.js';
import type { HostOf, ViewHost } from './viewHost.js';
import {
  type ChangesOptions,
  type EntriesOptions,
  type ReadEntries,
  type ReadView,
  readChangesOptions,
  readEntriesOptions,
  readWindowsOptions,
  type WindowsOptions,
} from './viewOptions.js';

/** The state of one operator, to be asked. All that it answers says which state it is of; see {@link ViewMoment}. */
export interface View<K, V> {
  /** Of the operator. */
  readonly name: string;
  /**
   * One window of one key: the one that holds an instant (where windows overlap, the newest of them), the one of these bounds, or, without
   * `at`, the newest that there is.
   *
   * @throws TidemarkError (it rejects with) `NOT_NOW` if the job is not running, `NOT_READABLE` for an operator that there is not, or that has
   * no windows, `NOT_UP_TO_BOUND`, `BAD_KEY`, `BAD_OPTION`.
   */
  get(key: K, at?: Timestamp | TimeWindow): Promise<ViewAnswer<K, V>>;
  /**
   * A page of entries, in an order that is the same from page to page. All pages of a scan are of one instant, which is kept until the last page
   * has come, or nobody has asked for the next one for 30 s: then `CURSOR_EXPIRED`. Rejects as `get` does.
   */
  entries(options?: EntriesOptions<K>): Promise<ViewPage<K, V>>;
  /** All entries, page after page; `limit`: how many are asked for at once. */
  scan(options?: EntriesOptions<K>): AsyncIterable<ViewEntry<K, V>>;
  /** The windows that there are, of any key. Rejects as `get` does. */
  windows(options?: WindowsOptions): Promise<ViewWindows>;
  /**
   * A snapshot of one instant, and then what changes; see {@link ViewChange}. Whoever is slow hears of each key once, as it is then. Behind the
   * `cursor` of a change it goes on from there; if that is too long ago, or was before the job began anew, it begins with `reset`, as without
   * one. Completes when the job is over, fails if that has failed; a job that restarts begins with `reset`. At the level `latest` alone.
   */
  changes(options?: ChangesOptions<K>): Observable<ViewChange<K, V>>;
  /** The same for who takes one after the other, at his own pace. */
  follow(options?: ChangesOptions<K>): AsyncIterable<ViewChange<K, V>>;
}

/** The state of one operator of a job in this process. */
export interface JobView<K, V> extends View<K, V> {
  /** The same without waiting. */
  readonly local: LocalView<K, V>;
  /** Nobody reads it any more: with the last `committed` view of an operator, nothing is copied for it any more. */
  close(): void;
}

/** What a scan is over. */
type WithIndexes<K, V> = Readonly<Record<string, (key: K, value: V) => unknown>>;

/** So many keys are looked up at once. */
const AT_ONCE = 256;

export class WindowsView<K, V> implements JobView<K, V> {
  readonly name: string;
  readonly local: StateView<K, V>;
  readonly #hostOf: HostOf;
  readonly #options: ReadView;
  readonly #indexes: WithIndexes<K, V>;
  /** The life in which it has asked for committed state. */
  #wantedIn: ViewHost | undefined = undefined;

  constructor(name: string, hostOf: HostOf, options: ReadView, indexes: WithIndexes<K, V>) {
    this.name = name;
    this.#hostOf = hostOf;
    this.#options = options;
    this.#indexes = indexes;
    this.local = new StateView(name, hostOf, options.read, options.unfired);
    this.#want(hostOf());
  }

  async get(key: K, at?: Timestamp | TimeWindow): Promise<ViewAnswer<K, V>> {
    await this.#ready();
    return this.local.get(key, at);
  }

  async entries(options: EntriesOptions<K> = {}): Promise<ViewPage<K, V>> {
    const asked = readEntriesOptions(options, `view "${this.name}": entries`);
    const wants = this.#wanted(asked);
    const host = await this.#ready();
    const { scans } = SharedState.of(host);
    if (asked.cursor !== undefined) {
      const { page, of } = scans.resume<K, V>(asked.cursor, asked.limit);
      const { name, moment } = of as { readonly name: string; readonly moment: ViewMoment };
      if (name !== this.name) throw mustBe(`view "${this.name}": entries: cursor`, 'one of this view', asked.cursor, `It is of "${name}".`);
      return { ...(await page), ...moment };
    }
    const { keys, limit } = asked;
    if (keys && keys.length <= AT_ONCE) {
      const { reader, moment } = this.local.state();
      const entries = [...this.#ofKeys(reader, keys, wants)].filter(entry => entry !== undefined);
      if (entries.length <= limit) return { entries, cursor: undefined, ...moment };
    }
    const { reader, moment, release } = this.#hold(host);
    const range = { ...asked, unfired: this.#options.unfired, wants: keyFilter(asked.prefix) };
    const all = keys ? this.#ofKeys(reader, keys, wants) : filtered(reader.entries(range), wants);
    const page = await scans.begin<K, V>({ entries: all, release }, limit, { name: this.name, moment });
    return { ...page, ...moment };
  }

  async *scan(options: EntriesOptions<K> = {}): AsyncGenerator<ViewEntry<K, V>, undefined> {
    let { cursor } = options;
    do {
      const page: ViewPage<K, V> = await this.entries(cursor === undefined ? options : { ...options, cursor });
      yield* page.entries;
      cursor = page.cursor;
    } while (cursor !== undefined);
    return undefined;
  }

  async windows(options: WindowsOptions = {}): Promise<ViewWindows> {
    const { from, to } = readWindowsOptions(options, `view "${this.name}": windows`);
    const host = await this.#ready();
    const { reader, moment, release } = this.#hold(host);
    const found = new Map<string, TimeWindow>();
    try {
      await inSlices(reader.windows()[Symbol.iterator](), host.env, window => {
        if (window && window.end > from && window.start < to) found.set(`${window.start}/${window.end}`, window);
        return true;
      });
    } finally {
      release();
    }
    return { windows: [...found.values()].sort((a, b) => a.start - b.start || a.end - b.end), ...moment };
  }

  follow(options: ChangesOptions<K> = {}): AsyncGenerator<ViewChange<K, V>, undefined> {
    return this.#follow(options, new Stop());
  }

  changes(options: ChangesOptions<K> = {}): Observable<ViewChange<K, V>> {
    const stream = (stop: Stop): AsyncGenerator<ViewChange<K, V>, undefined> => this.#follow(options, stop);
    // What cannot be is said at once.
    this.#followSpec(options);
    return new Observable(subscriber => {
      const stop = new Stop();
      const run = async (): Promise<void> => {
        try {
          for await (const change of stream(stop)) {
            subscriber.next(change);
            if (subscriber.closed) return;
          }
          subscriber.complete();
        } catch (error) {
          subscriber.error(error);
        }
      };
      void run();
      return () => stop.stop();
    });
  }

  #follow(options: ChangesOptions<K>, stop: Stop): AsyncGenerator<ViewChange<K, V>, undefined> {
    const followed = { name: this.name, ready: () => this.#ready(), state: () => this.local.state(), life: this.#hostOf };
    return follow<K, V>(followed, this.#followSpec(options), stop);
  }

  #followSpec(options: ChangesOptions<K>): FollowSpec<K, V> {
    const about = `view "${this.name}": changes`;
    const { read, unfired } = this.#options;
    if (read !== 'latest') throw mustBe(`${about}: the view`, "one of { read: 'latest' }: its changes are followed as they come", read);
    const { from, to, keys, prefix, cursor, every } = readChangesOptions(options, about);
    if (keys && prefix !== undefined) throw mustBe(`${about}: prefix`, 'left out where there are keys', prefix);
    const wants: Wants<K, V> = ({ window, pane }) => window.end > from && window.start < to && (unfired || pane !== undefined);
    return { cursor, every, wantsKey: keys ? keysIn(keys) : keyFilter(prefix), wants };
  }

  close(): void {
    if (this.#wantedIn) SharedState.of(this.#wantedIn).committed.unwant(this.name);
    this.#wantedIn = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Waits until its state can be read: in this very turn. */
  async #ready(): Promise<ViewHost> {
    const { read, atLeast, timeout } = this.#options;
    const where = `view "${this.name}"`;
    if (read instanceof Snapshot) return read.host;
    let host = this.#hostOf();
    if (host && (host.state === 'starting' || host.state === 'standby')) {
      this.#want(host);
      await host.begun.catch(() => undefined);
      host = this.#hostOf();
    }
    checkRunning(host, this.name);
    const operator = this.local.operator(host);
    this.#want(host);
    if (atLeast) await upTo(host, atLeast, timeout, where);
    if (read === 'committed') await SharedState.of(host).committed.ready(this.name);
    // Within a call of the operator: it is over when this turn is.
    else if (operator.busy) await undefined;
    return host;
  }

  /** From now on, checkpoints are to be held for it. */
  #want(host: ViewHost | undefined): void {
    if (this.#options.read !== 'committed' || !host || host === this.#wantedIn) return;
    this.#wantedIn = host;
    SharedState.of(host).committed.want(this.name);
  }

  /** State for what takes longer than this turn. */
  #hold(host: ViewHost): { readonly reader: StateReader<K, V>; readonly moment: ViewMoment; release(): void } {
    const { moment } = this.local.state();
    const { read } = this.#options;
    const held = heldOf(read, host, this.name);
    let release: (() => void) | undefined = () => held.release();
    return {
      reader: held.reader(this.name) as StateReader<K, V>,
      moment,
      release: () => {
        release?.();
        release = undefined;
      },
    };
  }

  *#ofKeys(reader: StateReader<K, V>, keys: readonly K[], wants: Wants<K, V>): Generator<StateEntry<K, V> | undefined> {
    for (const key of keys) {
      yield undefined;
      for (const entry of reader.of(key)) if (wants(entry)) yield entry;
    }
  }

  /** What an entry must be besides what the scan looks at. */
  #wanted({ from, to, where, prefix, keys, reverse }: ReadEntries): Wants<K, V> {
    const { unfired } = this.#options;
    const about = `view "${this.name}": entries`;
    if (keys && prefix !== undefined) throw mustBe(`${about}: prefix`, 'left out where there are keys', prefix);
    if (keys && reverse) throw mustBe(`${about}: reverse`, 'left out where there are keys: entries come in their order', reverse);
    const parts = Object.entries(where ?? {}).map(([name, value]) => ({ index: this.#indexOf(name, about), value }));
    return ({ key, value, window, pane, status }) =>
      window.end > from &&
      window.start < to &&
      (unfired || pane !== undefined) &&
      (parts.length === 0 || (status !== 'closed' && parts.every(part => equal(part.index(key, value as V), part.value))));
  }

  #indexOf(name: string, about: string): (key: K, value: V) => unknown {
    const index = Object.hasOwn(this.#indexes, name) ? this.#indexes[name] : undefined;
    if (index) return index;
    const there = Object.keys(this.#indexes).join(', ');
    throw new TidemarkError(
      'BAD_OPTION',
      `${about}: where: the view has no index ${show(name)}. ${there ? `There is ${there}.` : 'Write view(name, { index: { ... } }).'}`,
    );
  }
}

type Wants<K, V> = (entry: StateEntry<K, V>) => boolean;

function heldOf(read: ReadLevel | Snapshot, host: ViewHost, name: string): HeldState {
  if (read instanceof Snapshot) return (read.held as HeldState).retain();
  if (read === 'committed') return (SharedState.of(host).committed.of(name) as HeldState).retain();
  return new HeldState(host, [name]);
}

function keyFilter(prefix: string | undefined): (key: unknown) => boolean {
  return prefix === undefined ? () => true : key => typeof key === 'string' && key.startsWith(prefix);
}

function* filtered<K, V>(
  entries: Iterable<StateEntry<K, V> | undefined>,
  wants: Wants<K, V>,
): Generator<StateEntry<K, V> | undefined, undefined> {
  for (const entry of entries) yield entry && wants(entry) ? entry : undefined;
}

/**
 * Follows a view: a snapshot of one instant, and then each key that changes, as it is when it is said. So whoever is slow hears of each key
 * once, however often it has changed, and nothing piles up for him: what is kept is which keys have changed, and not what they were.
 */
import type { StateEntry, StateReader } from '../engine/stateReader.js';
import { KeyMap } from '../state/keys.js';
import { START_OF_TIME } from '../time/timestamp.js';
import type { Feed } from './feed.js';
import { HeldState } from './heldState.js';
import type { Readable } from './localView.js';
import { notNow } from './problems.js';
import { SharedState } from './sharedState.js';
import type { ViewChange } from './viewChange.js';
import type { ViewHost } from './viewHost.js';

/** What is followed. */
export interface Followed<K, V> {
  readonly name: string;
  /** The life of the job that is at work, when its state can be read: in this very turn. */
  ready(): Promise<ViewHost>;
  state(): Readable<K, V>;
  /** The life that is at work now; undefined: it rests. */
  life(): ViewHost | undefined;
}

/** What is wanted of it. */
export interface FollowSpec<K, V> {
  readonly cursor: string | undefined;
  /** Milliseconds between two rounds at least. */
  readonly every: number;
  readonly wantsKey: (key: K) => boolean;
  readonly wants: (entry: StateEntry<K, V>) => boolean;
}

/** Says when it is enough. */
export class Stop {
  isStopped = false;
  #stop: (() => void)[] = [];

  stop(): void {
    this.isStopped = true;
    for (const stop of this.#stop.splice(0)) stop();
  }

  /** Waits for what `start` calls back for, or until it is stopped. `start` returns what calls that off. */
  async wait(start: (resume: () => void) => () => void): Promise<void> {
    if (this.isStopped) return;
    let cancel: (() => void) | undefined;
    await new Promise<void>(resolve => {
      this.#stop.push(resolve);
      cancel = start(resolve);
    });
    cancel?.();
    this.#stop = [];
  }
}

/** The texts of cursors: the run, its feed, and the number of the change that comes next. */
function cursorOf({ epoch }: ViewHost, { id }: Feed<unknown>, next: number): string {
  return `${epoch}.${id}.${next}`;
}

/** Where a cursor stands; undefined: what comes behind it is no longer known. */
function placeOf(cursor: string | undefined, { epoch }: ViewHost, { id, keys }: Feed<unknown>): number | undefined {
  const [run, feed, next] = (cursor ?? '').split('.').map(Number);
  return run === epoch && feed === id && (next as number) >= keys.oldest && (next as number) <= keys.next ? next : undefined;
}

export async function* follow<K, V>(
  followed: Followed<K, V>,
  spec: FollowSpec<K, V>,
  stop: Stop,
): AsyncGenerator<ViewChange<K, V>, undefined> {
  let { cursor } = spec;
  while (!stop.isStopped) {
    const host = await followed.ready();
    const feed = SharedState.of(host).feedOf(followed.name) as Feed<K>;
    feed.join();
    try {
      yield* followLife(followed, spec, stop, host, feed, cursor);
    } finally {
      feed.leave();
    }
    cursor = undefined;
    if (host.state === 'completed' || host.state === 'stopped') return undefined;
    if (followed.life() === host) throw notNow(`view "${followed.name}": the job is ${host.state}`);
    // It rests, and begins again.
    while (!stop.isStopped && !followed.life()) await stop.wait(resume => host.env.after(20, resume));
  }
  return undefined;
}

/** As long as one life of the job lasts. */
async function* followLife<K, V>(
  followed: Followed<K, V>,
  spec: FollowSpec<K, V>,
  stop: Stop,
  host: ViewHost,
  feed: Feed<K>,
  cursor: string | undefined,
): AsyncGenerator<ViewChange<K, V>, undefined> {
  const isOver = (): boolean => stop.isStopped || followed.life() !== host || (host.state !== 'running' && host.state !== 'draining');
  let at = placeOf(cursor, host, feed);
  let said = START_OF_TIME;
  while (!isOver()) {
    if (at === undefined || at < feed.keys.oldest) {
      at = feed.keys.next;
      said = yield* snapshot(host, followed, feed, spec, at);
    }
    for (let change = feed.keys.after(at); change && at >= feed.keys.oldest; change = feed.keys.after(at)) {
      at = change.next;
      const { key } = change;
      if (!spec.wantsKey(key)) continue;
      await undefined;
      if (isOver()) return undefined;
      const { reader } = followed.state();
      said = reader.watermark;
      yield { type: 'key', key, entries: reader.of(key).filter(spec.wants), watermark: said, cursor: cursorOf(host, feed, at) };
      if (isOver()) return undefined;
    }
    await undefined;
    if (isOver()) return undefined;
    const { watermark } = followed.state().reader;
    if (watermark > said) {
      said = watermark;
      yield { type: 'watermark', watermark, cursor: cursorOf(host, feed, at) };
    } else if (feed.keys.after(at) === undefined) await news(host, feed, stop);
    // Those who come at once with it are said together.
    if (spec.every > 0) await stop.wait(resume => host.env.after(spec.every, resume));
    else await host.env.pause();
  }
  return undefined;
}

function news(host: ViewHost, feed: Feed<unknown>, stop: Stop): Promise<void> {
  return stop.wait(resume => {
    host.done.then(resume, resume);
    return feed.wake(resume);
  });
}

/** All that there is; returns its watermark. */
async function* snapshot<K, V>(
  host: ViewHost,
  { name }: Followed<K, V>,
  feed: Feed<K>,
  { wantsKey, wants }: FollowSpec<K, V>,
  at: number,
): AsyncGenerator<ViewChange<K, V>, number> {
  const held = new HeldState(host, [name]);
  try {
    const reader = held.reader(name) as StateReader<K, V>;
    yield { type: 'reset' };
    let started = host.env.now();
    for (const entry of reader.entries({ from: -Infinity, to: Infinity, unfired: true, reverse: false, wants: wantsKey })) {
      if (entry && wants(entry)) yield { type: 'entry', entry };
      if (host.env.now() - started < 2) continue;
      await host.env.pause();
      started = host.env.now();
    }
    yield { type: 'ready', watermark: reader.watermark, cursor: cursorOf(host, feed, at) };
    return reader.watermark;
  } finally {
    held.release();
  }
}

/** Keys by value. */
export function keysIn<K>(keys: readonly K[]): (key: K) => boolean {
  const wanted = new KeyMap<K, true>();
  for (const key of keys) wanted.set(key, true);
  return key => wanted.get(key) === true;
}

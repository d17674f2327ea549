/**
 * What came of a source that cannot be read again, kept in the storage of its job in chunks that are written one after the other.
 *
 * Each owner of the job has a stretch of its own, which begins by saying what it follows: the newest stretch that it found, and the last
 * chunk of it. Whatever an old owner writes behind that belongs to no journal. An owner says so before it reads, so every checkpoint that
 * it makes stands on its chain; and a later owner finds that chain whole, since a checkpoint comes before the next claim in the log.
 *
 * ```text
 *  owner 1   0 1 2 3 ✗✗✗      written by 1 after 4 had begun: of no journal
 *                  └────┐
 *  owner 4              0 1 2 ...
 * ```
 */
import type { Env } from '../checkpoint/env.js';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import { mustBe, TidemarkError } from '../errors.js';
import { encodeName, sameBytes } from '../storages/names.js';
import { backoff } from '../time/backoff.js';
import { type JournalChunk, openJournal, sealJournal } from './journalChunk.js';

/** Where the next element is: by the epoch of its owner, its chunk, and how many elements of that chunk come before it. */
export type JournalPosition = readonly [epoch: number, chunk: number, offset: number];

/** Where a journal is kept, and who writes it. */
export interface JournalPlace {
  readonly job: string;
  /** Of the source. */
  readonly name: string;
  readonly epoch: number;
  readonly storage: CheckpointStorage;
  readonly env: Env;
}

/** What an owner has written, as far as it counts: chunks `from` to `end`; none if `end` is less. */
interface Stretch {
  readonly epoch: number;
  from: number;
  end: number;
}

const NOTHING = new Uint8Array(0);
const LONGEST_NAME = 150;
/** Between two tries to write. */
const REST = { delay: 20, factor: 2, most: 5000 };

export class Journal<T> {
  readonly #place: JournalPlace;
  readonly #prefix: string;
  /** The oldest first; the last one is the own. */
  readonly #chain: Stretch[];
  /** Beginnings of stretches that are gone are deleted with them. */
  #closed = false;

  /** Finds what is there, and begins the own stretch behind it. */
  static async open<T>(place: JournalPlace): Promise<Journal<T>> {
    const { job, storage, env, epoch } = place;
    const prefix = prefixOf(place.name);
    const found = new Map<number, number[]>();
    await env.io('list journal', async () => {
      found.clear();
      for await (const { id } of storage.listChunks(job, prefix)) {
        const [owner, index] = id.slice(prefix.length).split('/').map(Number) as [number, number];
        found.set(owner, [...(found.get(owner) ?? []), index]);
      }
    });
    const chain = await chainOf<T>(place, prefix, found);
    const last = chain.at(-1);
    const journal = new Journal<T>(place, prefix, chain);
    const follows = last && { epoch: last.epoch, end: last.end };
    chain.push({ epoch, from: 1, end: 0 });
    await journal.#put(0, sealJournal({ job, source: place.name, epoch, index: 0, follows }, NOTHING));
    journal.#clear(found);
    return journal;
  }

  private constructor(place: JournalPlace, prefix: string, chain: Stretch[]) {
    this.#place = place;
    this.#prefix = prefix;
    this.#chain = chain;
  }

  get #own(): Stretch {
    return this.#chain.at(-1) as Stretch;
  }

  /** The first position that is still kept. */
  get earliest(): JournalPosition {
    const { epoch, from } = this.#chain.find(({ from, end }) => from <= end) ?? this.#own;
    return [epoch, from, 0];
  }

  /** Whether all behind a position is kept. */
  retains([epoch, chunk]: JournalPosition): boolean {
    const stretch = this.#chain.find(one => one.epoch === epoch);
    return stretch !== undefined && chunk >= stretch.from && chunk <= stretch.end + 1;
  }

  /** The chunks behind a position as they are now, by their owners and numbers; the first one may have to be read from its middle. */
  behind([epoch, chunk]: JournalPosition): IterableIterator<readonly [epoch: number, chunk: number]> {
    const stretches = this.#chain.filter(stretch => stretch.epoch >= epoch);
    return chunksOf(stretches.map(({ epoch: owner, from, end }) => ({ epoch: owner, from: owner === epoch ? chunk : from, end })));
  }

  async load(epoch: number, index: number): Promise<JournalChunk<T>> {
    return load(this.#place, this.#prefix, epoch, index);
  }

  /** Resolves with the number of the chunk when the records are durable; tried until they are, or `close`. One call at a time. */
  async append(records: Uint8Array, ended: boolean): Promise<number> {
    const { job, name, epoch } = this.#place;
    const index = this.#own.end + 1;
    await this.#put(index, sealJournal({ job, source: name, epoch, index, ended: ended || undefined }, records));
    return (this.#own.end = index);
  }

  /** What lies before a position is needed no more. What cannot be deleted stays until the next time. */
  async trim([epoch, chunk]: JournalPosition): Promise<void> {
    const { job, storage, env } = this.#place;
    const ids: string[] = [];
    const cuts: (() => void)[] = [];
    for (const stretch of this.#chain) {
      if (stretch.epoch > epoch) break;
      // The last of the own chunks stays: nothing else says how far the stretch goes.
      const most = stretch === this.#own ? stretch.end : stretch.end + 1;
      const below = stretch.epoch === epoch ? Math.min(chunk, most) : most;
      for (let index = stretch.from; index < below; index++) ids.push(this.#id(stretch.epoch, index));
      if (stretch.epoch < epoch) ids.push(this.#id(stretch.epoch, 0));
      cuts.push(() => {
        stretch.from = Math.max(stretch.from, below);
      });
    }
    if (ids.length === 0) return;
    await env.io('trim journal', () => storage.deleteChunks(job, ids));
    for (const cut of cuts) cut();
    while ((this.#chain[0] as Stretch).epoch < epoch) this.#chain.shift();
  }

  /** Nothing more is tried again. */
  close(): void {
    this.#closed = true;
  }

  #id(epoch: number, index: number): string {
    return `${this.#prefix}${epoch}/${index}`;
  }

  /** An outcome that is unknown is looked up: a chunk is written once, and by one. */
  async #put(index: number, bytes: Uint8Array): Promise<void> {
    const { job, storage, env, epoch } = this.#place;
    const id = this.#id(epoch, index);
    for (let tries = 1; ; tries++) {
      try {
        await env.io('write journal', () => storage.putChunk(job, id, bytes));
        return;
      } catch (error) {
        const { code } = error as { code?: string };
        if (code === 'CHUNK_EXISTS') {
          const there = await env.io('read journal', () => storage.getChunk(job, id));
          if (there && sameBytes(there, bytes)) return;
        }
        if (this.#closed || (code !== 'STORAGE_FULL' && code !== 'STORAGE_FAILED' && error instanceof TidemarkError)) throw error;
      }
      await new Promise<void>(resolve => {
        env.after(backoff(REST, tries), resolve);
      });
    }
  }

  /** Deletes what old owners wrote and no chain holds. */
  #clear(found: ReadonlyMap<number, readonly number[]>): void {
    const { job, storage, env, epoch } = this.#place;
    const ends = new Map(this.#chain.map(stretch => [stretch.epoch, stretch.end]));
    const ids = [...found].flatMap(([owner, indexes]) =>
      owner > epoch ? [] : indexes.filter(index => index > (ends.get(owner) ?? -1)).map(index => this.#id(owner, index)),
    );
    if (ids.length > 0) env.io('clear journal', () => storage.deleteChunks(job, ids)).catch(() => undefined);
  }
}

function* chunksOf(stretches: readonly Stretch[]): IterableIterator<readonly [epoch: number, chunk: number]> {
  for (const { epoch, from, end } of stretches) for (let index = from; index <= end; index++) yield [epoch, index];
}

async function chainOf<T>(place: JournalPlace, prefix: string, found: ReadonlyMap<number, readonly number[]>): Promise<Stretch[]> {
  const chain: Stretch[] = [];
  const begun = [...found].filter(([owner, indexes]) => owner < place.epoch && indexes.includes(0)).map(([owner]) => owner);
  let owner: number | undefined = begun.length > 0 ? Math.max(...begun) : undefined;
  let end = Infinity;
  while (owner !== undefined) {
    const indexes = (found.get(owner) ?? []).filter(index => index > 0 && index <= end);
    const last = end < Infinity ? end : Math.max(0, ...indexes);
    chain.unshift({ epoch: owner, from: Math.min(last + 1, ...indexes), end: last });
    const { follows } = (await load<T>(place, prefix, owner, 0)).head;
    owner = follows && found.get(follows.epoch)?.includes(0) ? follows.epoch : undefined;
    end = follows?.end ?? 0;
  }
  return chain;
}

async function load<T>({ job, storage, env }: JournalPlace, prefix: string, epoch: number, index: number): Promise<JournalChunk<T>> {
  const id = `${prefix}${epoch}/${index}`;
  const bytes = await env.io('read journal', () => storage.getChunk(job, id));
  if (!bytes) throw new TidemarkError('BAD_CHECKPOINT', `journal chunk ${id}: it is not there. Bring it back from a copy of the storage.`);
  return openJournal<T>(bytes, id, { epoch, index });
}

/** What the ids of a source's chunks begin with. */
function prefixOf(name: string): string {
  // The escapes of names, with a sign that ids may hold.
  const text = encodeName(name).replaceAll('=', '.');
  if (text.length > LONGEST_NAME) throw mustBe('journaled: the name of eventTime', `at most ${LONGEST_NAME / 3} characters`, name);
  return `j/${text}/`;
}

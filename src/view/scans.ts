/**
 * Scans that go on from page to page: each over one cut, which is held until the scan is over, or nobody has asked for its next page for a
 * while. Between two slices of two milliseconds others have their turn.
 */
import type { Env } from '../checkpoint/env.js';
import type { StateEntry } from '../engine/stateReader.js';
import { TidemarkError } from '../errors.js';

/** Milliseconds of work between two pauses. */
const SLICE = 2;
/** Steps between two looks at the clock. */
const STEPS = 64;
/** Milliseconds for which a scan that nobody goes on with is kept; and how many are. */
const PATIENCE = 30_000;
const MOST = 16;

/** What is scanned. */
export interface Scanned<K, V> {
  readonly entries: Iterator<StateEntry<K, V> | undefined>;
  /** Lets go of the cut; may be called twice. */
  release(): void;
}

export interface ScanPage<K, V> {
  readonly entries: StateEntry<K, V>[];
  /** Undefined: there is no more. */
  readonly cursor: string | undefined;
}

interface Scan {
  readonly id: number;
  readonly scanned: Scanned<any, any>;
  /** What its pages have in common. */
  readonly of: unknown;
  /** The number of the page that was given last, and the page: it may be asked for once more. */
  page: number;
  last: Promise<ScanPage<any, any>>;
  /** One that was looked at too early. */
  ahead: StateEntry<any, any> | undefined;
  /** A page is being made. */
  working: boolean;
  cancel: () => void;
}

const NEVER = new Promise<never>(() => undefined);

/** Goes through entries in slices. Returns false when there are no more; `take` says whether to go on. */
export async function inSlices<T>(items: Iterator<T>, env: Pick<Env, 'now' | 'pause'>, take: (item: T) => boolean): Promise<boolean> {
  let started = env.now();
  for (let steps = 1; ; steps++) {
    const { value, done } = items.next();
    if (done) return false;
    if (!take(value)) return true;
    if (steps % STEPS > 0 || env.now() - started < SLICE) continue;
    await env.pause();
    started = env.now();
  }
}

export class Scans {
  readonly #env: Pick<Env, 'now' | 'pause' | 'after'>;
  readonly #host: { readonly epoch: number };
  readonly #scans = new Map<number, Scan>();
  #count = 0;

  /** `host`: knows the epoch of the run, when that has begun, since cursors are good for it alone. */
  constructor(env: Pick<Env, 'now' | 'pause' | 'after'>, host: { readonly epoch: number }) {
    this.#env = env;
    this.#host = host;
  }

  /** How many are kept. */
  get size(): number {
    return this.#scans.size;
  }

  /** The first page. `of`: comes back with each page. */
  begin<K, V>(scanned: Scanned<K, V>, limit: number, of: unknown): Promise<ScanPage<K, V>> {
    const scan: Scan = { id: ++this.#count, scanned, of, page: 0, last: NEVER, ahead: undefined, working: true, cancel: () => undefined };
    this.#scans.set(scan.id, scan);
    for (const old of [...this.#scans.values()]) {
      if (this.#scans.size <= MOST) break;
      if (!old.working) this.#end(old);
    }
    scan.last = this.#page(scan, limit);
    return scan.last as Promise<ScanPage<K, V>>;
  }

  /** The page that a cursor stands before. */
  resume<K, V>(cursor: string, limit: number): { readonly page: Promise<ScanPage<K, V>>; readonly of: unknown } {
    const [epoch, id, page] = cursor.split('.').map(Number);
    const scan = epoch === this.#host.epoch ? this.#scans.get(id as number) : undefined;
    if (!scan || (page !== scan.page && page !== scan.page + 1)) throw expired(cursor);
    if (page === scan.page + 1) {
      scan.page = page;
      const before = scan.last;
      scan.last = before.then(() => this.#page(scan, limit));
    }
    return { page: scan.last as Promise<ScanPage<K, V>>, of: scan.of };
  }

  /** Lets go of all. */
  close(): void {
    for (const scan of [...this.#scans.values()]) this.#end(scan);
  }

  async #page(scan: Scan, limit: number): Promise<ScanPage<any, any>> {
    scan.cancel();
    scan.working = true;
    const entries: StateEntry<any, any>[] = scan.ahead ? [scan.ahead] : [];
    scan.ahead = undefined;
    let more: boolean;
    try {
      more = await inSlices(scan.scanned.entries, this.#env, entry => {
        if (entry === undefined) return true;
        if (entries.length < limit) entries.push(entry);
        else scan.ahead = entry;
        return scan.ahead === undefined;
      });
    } catch (error) {
      this.#end(scan);
      throw error;
    }
    scan.working = false;
    if (!more) scan.scanned.release();
    if (!more && scan.page === 0) this.#scans.delete(scan.id);
    else {
      // It moves to the end of the row; the last page may be asked for once more.
      this.#scans.delete(scan.id);
      this.#scans.set(scan.id, scan);
      scan.cancel = this.#env.after(PATIENCE, () => this.#end(scan));
    }
    return { entries, cursor: more ? this.#cursorOf(scan) : undefined };
  }

  #cursorOf({ id, page }: Scan): string {
    return `${this.#host.epoch}.${id}.${page + 1}`;
  }

  #end(scan: Scan): void {
    scan.cancel();
    if (this.#scans.delete(scan.id)) scan.scanned.release();
  }
}

function expired(cursor: string): TidemarkError {
  return new TidemarkError(
    'CURSOR_EXPIRED',
    `cursor ${cursor}: its scan is over, or was not gone on with for ${PATIENCE / 1000} s, or the job has begun anew since. Begin it anew, without a cursor.`,
  );
}

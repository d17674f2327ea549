import type { CheckpointStorage, ChunkEntry } from '../checkpoint/storage.js';
import { mustBe, type Reader, readOptions, TidemarkError } from '../errors.js';
import { type Duration, positive } from '../time/duration.js';
import { unfit } from './failures.js';
import type { Medium } from './medium.js';
import { decodeName, encodeName, slotName, slotNumber } from './names.js';
import { S3Client, type S3Credentials, S3Error } from './s3Client.js';
import { storageOn } from './storageOn.js';

/** What {@link s3} must and can be told. */
export interface S3Options {
  /** Where the service is: `https://s3.eu-central-1.amazonaws.com`, `http://localhost:9000`. The bucket becomes a part of the path. */
  readonly endpoint: string;
  /** The name of the bucket. */
  readonly bucket: string;
  /** `eu-central-1`; services other than AWS often take `auto` or `us-east-1`. */
  readonly region: string;
  /** Who asks, or a function that says so before each request: temporary credentials change. */
  readonly credentials: S3Credentials | (() => S3Credentials | Promise<S3Credentials>);
  /** What every key begins with, such as `checkpoints/`. Default: nothing. */
  readonly prefix?: string;
  /** How long one request may take. Default: `'30s'`. */
  readonly timeout?: Duration;
}

/** How many requests of one call are sent at once. */
const AT_ONCE = 8;
/** As in files: marks that are kept, so that a list always finds one. */
const MARKS = 2;
const MARK = 'below-';
const KEY_BYTES = 1024;

/**
 * Keys: `<prefix><job>/chunks/<id>`, `<prefix><job>/slots/0000000000000007`, and `.../slots/below-0000000000000005`: the slots below 5 have
 * been trimmed. That is marked before they are deleted: an owner that slept may still put an old number, but then finds the mark, takes
 * the slot back and hears 'taken'.
 */
class S3Medium implements Medium {
  readonly #name: string;
  readonly #prefix: string;
  readonly #client: S3Client;

  constructor(name: string, prefix: string, client: S3Client) {
    this.#name = name;
    this.#prefix = prefix;
    this.#client = client;
  }

  /** Not every service heeds the condition of a write: one that does not would let two owners of a job go on. */
  async open(): Promise<void> {
    const key = `${this.#prefix}.probe/${crypto.randomUUID()}`;
    try {
      const [first, second] = [await this.#probe(key, 1), await this.#probe(key, 2)];
      if (first === 'ok' && second === 'taken') return;
    } finally {
      await this.#client.delete(key).catch(() => {});
    }
    throw unfit(this.#name, 'this bucket ignores If-None-Match: it overwrote what was there. Use a service that has conditional writes.');
  }

  async close(): Promise<void> {}

  putChunk(job: string, id: string, data: Uint8Array): Promise<'ok' | 'taken'> {
    return this.#client.putNew(this.#chunk(job, id), data);
  }

  getChunk(job: string, id: string): Promise<Uint8Array | undefined> {
    return this.#client.get(this.#chunk(job, id));
  }

  async *listChunks(job: string, prefix: string): AsyncGenerator<ChunkEntry, void, undefined> {
    const folder = this.#chunk(job, '');
    for await (const { objects } of this.#client.pages(this.#chunk(job, prefix))) {
      for (const { key, bytes } of objects) yield { id: key.slice(folder.length).replaceAll(DOT, '.'), bytes };
    }
  }

  deleteChunks(job: string, ids: readonly string[]): Promise<void> {
    return this.#delete(ids.map(id => this.#chunk(job, id)));
  }

  async appendSlot(job: string, seq: number, data: Uint8Array): Promise<'ok' | 'taken'> {
    const slot = this.#slots(job, slotName(seq));
    const put = await this.#client.putNew(slot, data);
    if (put === 'taken' || Math.max(0, ...(await this.#marks(job))) <= seq) return put;
    await this.#client.delete(slot);
    return 'taken';
  }

  readSlot(job: string, seq: number): Promise<Uint8Array | undefined> {
    return this.#client.get(this.#slots(job, slotName(seq)));
  }

  listSlots(job: string): Promise<number[]> {
    return this.#numbers(this.#slots(job, ''));
  }

  async trimSlots(job: string, below: number): Promise<void> {
    await this.#client.putNew(this.#slots(job, MARK + slotName(below)), new Uint8Array());
    const old = (await this.listSlots(job)).filter(seq => seq < below);
    await this.#delete(old.map(seq => this.#slots(job, slotName(seq))));
    const marks = (await this.#marks(job)).sort((a, b) => a - b).slice(0, -MARKS);
    await this.#delete(marks.map(mark => this.#slots(job, MARK + slotName(mark))));
  }

  async listJobs(): Promise<string[]> {
    const jobs: string[] = [];
    for await (const { folders } of this.#client.pages(this.#prefix, true)) {
      for (const folder of folders) {
        const job = decodeName(folder.slice(this.#prefix.length, -1));
        if (job !== undefined && (await this.listSlots(job)).length > 0) jobs.push(job);
      }
    }
    return jobs;
  }

  #chunk(job: string, id: string): string {
    // A part that is `..` would be taken out of the address on the way.
    return this.#key(job, `chunks/${id.replaceAll('.', DOT)}`);
  }

  #slots(job: string, name: string): string {
    return this.#key(job, `slots/${name}`);
  }

  #key(job: string, rest: string): string {
    const key = `${this.#prefix}${encodeName(job)}/${rest}`;
    if (key.length <= KEY_BYTES) return key;
    const what = `a key of ${key.length} bytes, and S3 takes ${KEY_BYTES}`;
    throw new TidemarkError('BAD_OPTION', `${this.#name}: prefix, job and id together make ${what}. Choose a shorter name of the job.`);
  }

  #marks(job: string): Promise<number[]> {
    return this.#numbers(this.#slots(job, MARK));
  }

  /** The numbers that follow a prefix in keys. */
  async #numbers(prefix: string): Promise<number[]> {
    const numbers: number[] = [];
    for await (const { objects } of this.#client.pages(prefix)) {
      numbers.push(...objects.map(({ key }) => slotNumber(key.slice(prefix.length))).filter(number => number !== undefined));
    }
    return numbers;
  }

  async #delete(keys: readonly string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += AT_ONCE) await Promise.all(keys.slice(at, at + AT_ONCE).map(key => this.#client.delete(key)));
  }

  async #probe(key: string, byte: number): Promise<'ok' | 'taken'> {
    try {
      return await this.#client.putNew(key, Uint8Array.of(byte));
    } catch (error) {
      if (!(error instanceof S3Error) || (error.status !== 400 && error.status !== 501)) throw error;
      throw unfit(this.#name, `${error.message}. It takes no write with If-None-Match: use a service that has conditional writes.`, error);
    }
  }
}

const DOT = '=2e';

/**
 * A storage in a bucket of S3, or of a service that speaks as S3 does, for jobs whose machine may be lost. `open` finds out whether the
 * service has conditional writes (AWS, R2, MinIO and Ceph have), and refuses it otherwise: by them, of several processes anywhere
 * that run the same job, the one that took it over last goes on. Needs the package `aws4fetch`.
 *
 * @throws TidemarkError `BAD_OPTION`. Its `open` rejects with `STORAGE_UNFIT` where writes are unconditional; its methods with
 * `STORAGE_FAILED` for what the service says, after up to five repetitions where that may help.
 *
 * @example
 * ```ts
 * import { s3 } from 'tidemark/s3';
 *
 * const storage = s3({
 *   endpoint: 'https://s3.eu-central-1.amazonaws.com',
 *   region: 'eu-central-1',
 *   bucket: 'my-checkpoints',
 *   prefix: 'dashboard/',
 *   credentials: { accessKeyId: 'AKIA...', secretAccessKey: '...' },
 * });
 * console.log(storage.name); // s3(my-checkpoints/dashboard/)
 * ```
 */
export function s3(options: S3Options): CheckpointStorage {
  const read = readOptions(options, READERS, 's3');
  for (const name of ['endpoint', 'bucket', 'region', 'credentials'] as const) {
    if (read[name] === undefined) throw mustBe(`s3: ${name}`, 'given', undefined);
  }
  const { endpoint, bucket, region, credentials, prefix = '', timeout = 30_000 } = read as Required<typeof read>;
  const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds));
  const client = new S3Client({ url: `${endpoint}/${bucket}`, region, credentials, timeout, pause });
  const name = `s3(${bucket}/${prefix})`;
  return storageOn(name, { durable: true, fencing: 'linearizable', chunkBytes: 8 << 20 }, new S3Medium(name, prefix, client));
}

/** A text of a form. */
function like(pattern: RegExp, what: string): Reader<string> {
  return (value, where) => {
    if (typeof value !== 'string' || !pattern.test(value)) throw mustBe(where, what, value);
    return value;
  };
}

const endpoint = like(/^https?:\/\/[^/?#]+[^?#]*$/, "an address such as 'https://s3.eu-central-1.amazonaws.com'");

const READERS = {
  endpoint: ((value, where) => endpoint(value, where).replace(/\/+$/, '')) satisfies Reader<string>,
  bucket: like(/^[A-Za-z0-9._-]+$/, 'the name of a bucket'),
  region: like(/./, "a region, such as 'eu-central-1'"),
  prefix: like(
    /^(?:[\w-][\w.-]*(?:\/[\w-][\w.-]*)*\/?)?$/,
    "parts of letters, digits, '.', '_' and '-', with '/' between them, none of which begins with '.'",
  ),
  timeout: positive,
  credentials: ((value, where) => {
    if (typeof value === 'function') return value;
    const { accessKeyId, secretAccessKey } = value ?? {};
    if (typeof accessKeyId === 'string' && typeof secretAccessKey === 'string') return () => value;
    // Not shown: it may hold a secret.
    throw mustBe(where, 'an object with accessKeyId and secretAccessKey, or a function that returns one', typeof value);
  }) satisfies Reader<() => S3Credentials | Promise<S3Credentials>>,
};

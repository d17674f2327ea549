/**
 * The four requests to a bucket that a storage needs, over `fetch`, signed by `aws4fetch`. What may pass is tried again, with growing
 * pauses. A request that was cut off may have been carried out all the same: `putNew` then reads what is there and compares.
 */
import { AwsClient } from 'aws4fetch';
import { backoff } from '../time/backoff.js';
import { sameBytes } from './names.js';
import { readError, readPage, type S3Page } from './s3Xml.js';

/** The keys with which requests are signed. */
export interface S3Credentials {
  /** The public part: who asks. */
  readonly accessKeyId: string;
  /** The secret part. */
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string;
}

export interface S3Settings {
  /** With the bucket: `https://host/bucket`. */
  readonly url: string;
  readonly region: string;
  /** Asked before each request: temporary credentials change. */
  readonly credentials: () => S3Credentials | Promise<S3Credentials>;
  /** Of one request, in milliseconds. */
  readonly timeout: number;
  /** Resolves after so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** How often a request is sent at most, and the pauses between. */
const ATTEMPTS = 6;
const PAUSES = { delay: 100, factor: 2, most: 3000 };
/** What may be different the next time. 409: another conditional write is going on. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 429, 500, 502, 503, 504]);

/** An answer that is no success, in words. */
export class S3Error extends Error {
  readonly status: number;
  /** As S3 names it: `AccessDenied`. */
  readonly code: string | undefined;

  constructor(status: number, xml: string) {
    const { code, message } = readError(xml);
    super(`the bucket answered ${status} ${code ?? ''}${message ? ` (${message.replace(/\.$/, '')})` : ''}${HINTS[status] ?? ''}`);
    this.status = status;
    this.code = code;
  }
}

const HINTS: Readonly<Record<number, string>> = {
  301: '. The bucket is in another region: see region and endpoint',
  403: '. Look at the credentials: they must allow to get, put, delete and list',
  404: '. Look at endpoint and bucket',
};

interface Request {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answer {
  readonly status: number;
  readonly data: Uint8Array;
}

export class S3Client {
  readonly #settings: S3Settings;

  constructor(settings: S3Settings) {
    this.#settings = settings;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const { status, data } = await this.#send({ method: 'GET', key });
    if (status === 200) return data;
    const error = new S3Error(status, text(data));
    if (status === 404 && error.code !== 'NoSuchBucket') return undefined;
    throw error;
  }

  /** Puts an object if there is none of that key. */
  async putNew(key: string, data: Uint8Array): Promise<'ok' | 'taken'> {
    let cutOff = false;
    const put: Request = { method: 'PUT', key, body: data, headers: { 'if-none-match': '*' } };
    try {
      const { status, data: answer } = await this.#send(put, () => (cutOff = true));
      if (status === 200) return 'ok';
      if (status !== 412) throw new S3Error(status, text(answer));
      return cutOff ? await this.#whose(key, data) : 'taken';
    } catch (error) {
      // The last attempt was cut off as well: if our bytes are there, they are ours.
      const there = cutOff ? await this.get(key).catch(() => undefined) : undefined;
      if (there && sameBytes(there, data)) return 'ok';
      throw error;
    }
  }

  /** Deletes an object; that there is none is no error. */
  async delete(key: string): Promise<void> {
    const { status, data } = await this.#send({ method: 'DELETE', key });
    if (status >= 300 && status !== 404) throw new S3Error(status, text(data));
  }

  /** Pages of a list, in the order of keys. `folders`: up to the next `/` only. */
  async *pages(prefix: string, folders = false): AsyncGenerator<S3Page, void, undefined> {
    for (let next: string | undefined = ''; next !== undefined; ) {
      const more: Record<string, string> = next === '' ? {} : { 'continuation-token': next };
      const query = { 'list-type': '2', prefix, ...(folders ? { delimiter: '/' } : {}), ...more };
      const { status, data } = await this.#send({ method: 'GET', query });
      if (status !== 200) throw new S3Error(status, text(data));
      const page = readPage(text(data));
      yield page;
      next = page.next;
    }
  }

  async #whose(key: string, data: Uint8Array): Promise<'ok' | 'taken'> {
    const there = await this.get(key);
    return there && sameBytes(there, data) ? 'ok' : 'taken';
  }

  /** Sends until the answer is no passing one. `cutOff` is called when a request failed of which it is not known whether it was carried out. */
  async #send(request: Request, cutOff?: () => void): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const last = attempt === ATTEMPTS;
      try {
        const answer = await this.#once(request);
        if (!PASSING.has(answer.status)) return answer;
        if (answer.status >= 500 || answer.status === 408) cutOff?.();
        if (last) throw new S3Error(answer.status, text(answer.data));
      } catch (error) {
        if (!(error instanceof S3Error)) cutOff?.();
        if (last || !isPassing(error)) throw error;
      }
      // By chance a little shorter, so that those who failed together do not come again together.
      await this.#settings.pause(backoff(PAUSES, attempt) * (0.5 + Math.random() / 2));
    }
  }

  async #once({ method, key, query, body, headers }: Request): Promise<Answer> {
    const { url, region, credentials, timeout } = this.#settings;
    const client = new AwsClient({ ...(await credentials()), service: 's3', region, retries: 0 });
    const address = new URL(key === undefined ? url : `${url}/${key}`);
    for (const [name, value] of Object.entries(query ?? {})) address.searchParams.set(name, value);
    const sum = { 'x-amz-content-sha256': await sha256(body ?? new Uint8Array()) };
    const init = { method, headers: { ...headers, ...sum }, ...(body ? { body: body as Uint8Array<ArrayBuffer> } : {}) };
    const signed = await client.sign(address.href, init);
    const answer = await fetch(signed, { signal: AbortSignal.timeout(timeout) });
    return { status: answer.status, data: new Uint8Array(await answer.arrayBuffer()) };
  }
}

/** What `fetch` rejects with when the network fails (TypeError), or time is up. */
function isPassing(error: unknown): boolean {
  const { name } = (error ?? {}) as { name?: unknown };
  return name === 'TypeError' || name === 'TimeoutError' || name === 'AbortError';
}

function text(data: Uint8Array): string {
  return new TextDecoder().decode(data);
}

async function sha256(data: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', data as Uint8Array<ArrayBuffer>);
  return [...new Uint8Array(hash)].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

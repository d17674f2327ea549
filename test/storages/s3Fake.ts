/**
 * A bucket in this process that speaks as S3 does: PUT (with `If-None-Match: *`), GET, DELETE and List, in pages. It checks signatures by
 * the published rules (AWS Signature Version 4), does not heed conditions when told to, and fails as told.
 */
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request: answered with a status; carried out or not, and then cut off; left without an answer. */
export type Fault = number | 'cut off before' | 'cut off after' | 'no answer';

export const CREDENTIALS = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret/of+test' };
const REGION = 'eu-test-1';
const PAGE = 100;

export class S3Fake {
  readonly objects = new Map<string, Buffer>();
  /** Requests so far, as `PUT key`. */
  readonly log: string[] = [];
  conditions: 'heeded' | 'ignored' | 'refused' = 'heeded';
  fault: (request: string) => Fault | undefined = () => undefined;
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<{ endpoint: string; bucket: string; region: string; credentials: typeof CREDENTIALS }> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    return {
      endpoint: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`,
      bucket: 'bucket',
      region: REGION,
      credentials: CREDENTIALS,
    };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const url = new URL(request.url ?? '', 'http://localhost');
    const key = decodeURIComponent(url.pathname).slice('/bucket/'.length);
    const what = `${request.method} ${url.searchParams.has('list-type') ? `list ${url.searchParams.get('prefix')}` : key}`;
    this.log.push(what);
    const fault = this.fault(what);
    if (fault === 'no answer') return;
    if (fault === 'cut off before') return void request.socket.destroy();
    if (typeof fault === 'number') return this.#error(response, fault, 'Injected');
    if (!signedWell(request, url, body)) return this.#error(response, 403, 'SignatureDoesNotMatch');
    if (!url.pathname.startsWith('/bucket')) return this.#error(response, 404, 'NoSuchBucket');
    if (fault === 'cut off after') {
      this.#carryOut(request, url, key, body);
      return void request.socket.destroy();
    }
    const [status, answer] = this.#carryOut(request, url, key, body);
    if (typeof answer === 'string' && status >= 400) return this.#error(response, status, answer);
    response.writeHead(status).end(answer);
  }

  #carryOut(request: IncomingMessage, url: URL, key: string, body: Buffer): [status: number, answer?: Buffer | string] {
    const there = this.objects.get(key);
    if (url.searchParams.has('list-type')) return [200, this.#list(url.searchParams)];
    if (request.method === 'GET') return there ? [200, there] : [404, 'NoSuchKey'];
    if (request.method === 'DELETE') return [this.objects.delete(key) ? 204 : 204];
    if (request.headers['if-none-match'] === '*' && this.conditions !== 'ignored') {
      if (this.conditions === 'refused') return [501, 'NotImplemented'];
      if (there) return [412, 'PreconditionFailed'];
    }
    this.objects.set(key, body);
    return [200];
  }

  #list(query: URLSearchParams): string {
    const prefix = query.get('prefix') ?? '';
    const rest = query.get('delimiter');
    const after = query.get('continuation-token') ?? '';
    const entries = new Map<string, string>();
    for (const key of [...this.objects.keys()].sort()) {
      if (!key.startsWith(prefix)) continue;
      const end = rest ? key.indexOf(rest, prefix.length) : -1;
      const name = end < 0 ? key : key.slice(0, end + 1);
      const size = this.objects.get(key)?.length;
      if (name <= after) continue;
      entries.set(
        name,
        end < 0
          ? `<Contents><Key>${name}</Key><Size>${size}</Size></Contents>`
          : `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`,
      );
    }
    const page = [...entries].slice(0, PAGE);
    const next =
      entries.size > PAGE
        ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${page.at(-1)?.[0]}</NextContinuationToken>`
        : '<IsTruncated>false</IsTruncated>';
    return `<?xml version="1.0"?><ListBucketResult>${next}${page.map(([, entry]) => entry).join('')}</ListBucketResult>`;
  }

  #error(response: ServerResponse, status: number, code: string): void {
    response
      .writeHead(status)
      .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>As the test says &amp; no more.</Message></Error>`);
  }
}

function signedWell(request: IncomingMessage, url: URL, body: Buffer): boolean {
  const given = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d+)\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
    request.headers.authorization ?? '',
  );
  if (!given) return false;
  const [, who, day, region, names, signature] = given as unknown as string[];
  const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
  const hmac = (secret: Buffer | string, data: string): Buffer => createHmac('sha256', secret).update(data).digest();
  const encode = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const path = url.pathname
    .split('/')
    .map(part => encode(decodeURIComponent(part)))
    .join('/');
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const headers = (names as string)
    .split(';')
    .map(name => `${name}:${String(request.headers[name]).trim()}\n`)
    .join('');
  const sum = sha256(body);
  if (request.headers['x-amz-content-sha256'] !== sum || region !== REGION || who !== CREDENTIALS.accessKeyId) return false;
  const canonical = [request.method, path, query, headers, names, sum].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], `${day}/${region}/s3/aws4_request`, sha256(canonical)].join('\n');
  const secret = ['s3', 'aws4_request'].reduce(hmac, hmac(hmac(`AWS4${CREDENTIALS.secretAccessKey}`, day as string), region as string));
  return hmac(secret, toSign).toString('hex') === signature;
}

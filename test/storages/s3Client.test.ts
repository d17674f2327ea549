/** Requests that are tried again, and those of which it is not known whether they were carried out. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { S3Client, S3Error } from '../../src/storages/s3Client.js';
import { CREDENTIALS, type Fault, S3Fake } from './s3Fake.js';

const fake = new S3Fake();
const pauses: number[] = [];
let client: S3Client;
beforeAll(async () => {
  const { endpoint, bucket, region } = await fake.start();
  const pause = async (milliseconds: number): Promise<void> => void pauses.push(milliseconds);
  client = new S3Client({ url: `${endpoint}/${bucket}`, region, credentials: () => CREDENTIALS, timeout: 200, pause });
});
afterAll(() => fake.stop());
beforeEach(() => {
  fake.objects.clear();
  fake.log.length = 0;
  fake.fault = () => undefined;
  pauses.length = 0;
});

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** The next requests have these faults, one each. */
function faults(...list: readonly (Fault | undefined)[]): void {
  const left = [...list];
  fake.fault = () => left.shift();
}

describe('requests', () => {
  it.each([408, 409, 429, 500, 502, 503, 504, 'cut off before', 'cut off after', 'no answer'] as const)(
    '%s is tried again',
    async fault => {
      faults(fault, fault);
      expect(await client.putNew('a', bytes(1))).toBe('ok');
      expect(fake.objects.get('a')).toEqual(Buffer.from([1]));
      expect(pauses).toHaveLength(2);
    },
  );

  it.each([400, 403, 404, 501])('%s is not', async fault => {
    faults(fault);
    await expect(client.putNew('a', bytes(1))).rejects.toMatchObject({ status: fault, code: 'Injected' });
    expect(fake.log).toEqual(['PUT a']);
  });

  it('are given up after six, with growing pauses between them', async () => {
    fake.fault = () => 503;
    await expect(client.get('a')).rejects.toBeInstanceOf(S3Error);
    expect(fake.log).toHaveLength(6);
    for (const [i, pause] of pauses.entries()) {
      expect(pause).toBeGreaterThanOrEqual(50 * 2 ** i);
      expect(pause).toBeLessThanOrEqual(100 * 2 ** i);
    }
    expect(pauses).toHaveLength(5);
  });

  it('read lists page by page, each page again where it was cut off', async () => {
    for (let i = 0; i < 250; i++) fake.objects.set(`k/${String(i).padStart(3, '0')}`, Buffer.alloc(i));
    faults(undefined, 'cut off before', undefined, 503);
    const found: string[] = [];
    for await (const { objects } of client.pages('k/')) found.push(...objects.map(({ key, bytes }) => `${key} ${bytes}`));
    expect(found).toEqual(Array.from({ length: 250 }, (_, i) => `k/${String(i).padStart(3, '0')} ${i}`));
  });

  it('delete what may not be there', async () => {
    fake.objects.set('a', Buffer.alloc(1));
    await client.delete('a');
    await client.delete('a');
    faults(404);
    await client.delete('a');
    faults(403);
    await expect(client.delete('a')).rejects.toMatchObject({ status: 403 });
  });

  it('get what is there, nothing, or an error', async () => {
    fake.objects.set('a=b/c', Buffer.from([1, 2]));
    expect(await client.get('a=b/c')).toEqual(bytes(1, 2));
    expect(await client.get('none')).toBeUndefined();
    faults(403);
    await expect(client.get('a')).rejects.toThrow('the bucket answered 403 Injected (As the test says & no more). Look at the credentials');
  });
});

describe('putNew', () => {
  it('says taken where something else is, whatever went wrong before', async () => {
    fake.objects.set('a', Buffer.from([9]));
    for (const fault of [undefined, 503, 'cut off before', 'cut off after'] as const) {
      faults(fault);
      expect(await client.putNew('a', bytes(1))).toBe('taken');
    }
    expect(fake.objects.get('a')).toEqual(Buffer.from([9]));
  });

  it('says taken where the same bytes were put by another, if no attempt of its own was cut off', async () => {
    fake.objects.set('a', Buffer.from([1]));
    expect(await client.putNew('a', bytes(1))).toBe('taken');
    faults(429);
    expect(await client.putNew('a', bytes(1))).toBe('taken');
  });

  it('reads what is there when the last attempt was cut off too', async () => {
    faults(...Array.from({ length: 6 }, () => 'cut off after' as const));
    expect(await client.putNew('a', bytes(1))).toBe('ok');
    fake.fault = request => (request.startsWith('PUT') ? 'cut off before' : undefined);
    await expect(client.putNew('b', bytes(1))).rejects.toMatchObject({ name: 'TypeError' });
  });

  it('under any faults, tells the truth: ok if and only if its bytes are there', async () => {
    const fault = fc.constantFrom<Fault | undefined>(undefined, 409, 500, 503, 'cut off before', 'cut off after');
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 12 }), async list => {
        fake.objects.clear();
        faults(...list);
        const outcomes = await Promise.all([1, 2, 3].map(value => client.putNew('a', bytes(value)).catch(() => 'unknown')));
        const there = fake.objects.get('a')?.[0];
        for (const [i, outcome] of outcomes.entries()) {
          if (outcome === 'ok') expect(there).toBe(i + 1);
          if (outcome === 'taken') expect(there).not.toBe(i + 1);
        }
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

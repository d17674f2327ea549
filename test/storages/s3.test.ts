import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type S3Options, s3 } from '../../src/storages/s3.js';
import { storageContract } from '../../src/testing/storageContract.js';
import { holdToModel } from './commands.js';
import { S3Fake } from './s3Fake.js';

const fake = new S3Fake();
let options: S3Options;
beforeAll(async () => {
  options = await fake.start();
});
afterAll(() => fake.stop());
beforeEach(() => {
  fake.conditions = 'heeded';
  fake.fault = () => undefined;
});

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('s3', () => {
  it.each(storageContract(() => s3({ ...options, prefix: 'contract/' })))('keeps the law: $name', law => law.run(), 60_000);

  it('agrees with a plain model, whatever is done to it', () => holdToModel(() => s3({ ...options, prefix: 'model/' }), 15), 60_000);

  it('keeps its objects below its prefix, and leaves nothing of its probe', async () => {
    fake.objects.clear();
    const storage = s3({ ...options, prefix: 'a/b-' });
    await storage.open();
    await storage.putChunk('Job', '1/..', bytes(1));
    await storage.appendSlot('Job', 1, bytes(1));
    expect([...fake.objects.keys()]).toEqual(['a/b-=4aob/chunks/1/=2e=2e', 'a/b-=4aob/slots/0000000000000001']);
    await storage.close();
    expect(storage.name).toBe('s3(bucket/a/b-)');
  });

  it('asks for credentials each time where they are a function', async () => {
    let asked = 0;
    const storage = s3({
      ...options,
      credentials: async () => {
        asked++;
        return options.credentials as never;
      },
    });
    await storage.open();
    const before = asked;
    await storage.getChunk('j', 'a');
    expect(asked).toBe(before + 1);
    await storage.close();
  });
});

describe('the probe of a bucket', () => {
  it.each(['ignored', 'refused'] as const)('refuses one in which conditions are %s', async conditions => {
    fake.conditions = conditions;
    fake.objects.clear();
    await expect(s3(options).open()).rejects.toMatchObject({ code: 'STORAGE_UNFIT', message: expect.stringMatching(/If-None-Match/) });
    expect([...fake.objects.keys()]).toEqual([]);
  });

  it.each([
    [
      { credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'wrong' } },
      /open: the bucket answered 403 SignatureDoesNotMatch .*Look at the credentials/,
    ],
    [{ bucket: 'none' }, /open: the bucket answered 404 NoSuchBucket .*Look at endpoint and bucket/],
  ])('says what is wrong with %j', async (wrong, sentence) => {
    await expect(s3({ ...options, ...wrong }).open()).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringMatching(sentence),
    });
  });

  it('is not led astray by an attempt that was cut off', async () => {
    for (const cut of ['cut off before', 'cut off after'] as const) {
      let first = true;
      fake.fault = request => {
        if (!first || !request.startsWith('PUT')) return undefined;
        first = false;
        return cut;
      };
      const storage = s3(options);
      await storage.open();
      await storage.close();
    }
  });
});

describe('an owner that slept', () => {
  it('finds the mark of a trimmed number after its write, and takes it back', async () => {
    const [owner, sleeper] = [s3({ ...options, prefix: 'sleep/' }), s3({ ...options, prefix: 'sleep/' })];
    await owner.open();
    await sleeper.open();
    for (const seq of [1, 2, 3]) await owner.appendSlot('j', seq, bytes(seq));
    await owner.trimSlots('j', 3);
    expect(fake.objects.has('sleep/j/slots/0000000000000001')).toBe(false);
    expect(await sleeper.appendSlot('j', 1, bytes(9))).toBe('taken');
    expect(await owner.listSlots('j')).toEqual([3]);
    await owner.close();
    await sleeper.close();
  });

  it('marks before it deletes, and keeps two marks', async () => {
    const storage = s3({ ...options, prefix: 'marks/' });
    await storage.open();
    for (let seq = 1; seq <= 6; seq++) {
      await storage.appendSlot('j', seq, bytes(seq));
      await storage.trimSlots('j', seq);
    }
    const names = [...fake.objects.keys()].filter(key => key.startsWith('marks/')).map(key => key.replace(/^.*\/(\D*)0*/, '$1'));
    expect(names.sort()).toEqual(['6', 'below-5', 'below-6']);
    fake.log.length = 0;
    await storage.appendSlot('j', 7, bytes(7));
    await storage.trimSlots('j', 7);
    const changes = fake.log.filter(call => !call.startsWith('GET')).map(call => call.replace(/ .*\/(\D*)0*/, ' $1'));
    expect(changes).toEqual(['PUT 7', 'PUT below-7', 'DELETE 6', 'DELETE below-5']);
    await storage.close();
  });
});

describe('options of s3', () => {
  it.each([
    [{ endpoint: undefined }, /^s3: endpoint must be given/],
    [{ endpoint: 'bucket.s3.amazonaws.com' }, /^s3: endpoint must be an address such as/],
    [{ bucket: 'a/b' }, /^s3: bucket must be the name of a bucket/],
    [{ region: '' }, /^s3: region/],
    [{ prefix: '/a' }, /^s3: prefix/],
    [{ prefix: '../a' }, /^s3: prefix/],
    [{ timeout: 0 }, /^s3: timeout/],
    [{ retries: 3 }, /there is no option "retries"/],
    [
      { credentials: { accessKeyId: 'a', secret: 'hidden' } },
      /^s3: credentials must be an object with accessKeyId and secretAccessKey(?!.*hidden)/,
    ],
  ])('%j is refused', (wrong, sentence) => {
    expect(() => s3({ ...options, ...wrong } as S3Options)).toThrow(expect.objectContaining({ message: expect.stringMatching(sentence) }));
  });

  it('a prefix of any length is judged at once', () => {
    expect(() => s3({ ...options, prefix: `${'a'.repeat(50_000)}!` })).toThrow('s3: prefix');
  });

  it('what makes a key too long is refused by name', async () => {
    const storage = s3({ ...options, prefix: `${'p'.repeat(500)}/` });
    await storage.open();
    await expect(storage.getChunk('Ω'.repeat(100), 'a')).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringMatching(/Choose a shorter name of the job/),
    });
    await storage.close();
  });
});

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { InputError, UsageError } from '../../src/cli/failure.js';
import { storageAt } from '../../src/cli/storageAt.js';
import { CREDENTIALS, S3Fake } from '../storages/s3Fake.js';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-at-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

describe('storageAt', () => {
  it('makes nothing that is to be read', async () => {
    for (const place of ['file:', 'lmdb:'] as const) {
      await expect(storageAt(`${place}${folder}/none`)).rejects.toThrow(/Nothing was made; look at the path\./);
      await expect(storageAt(`${place}${folder}/none.mdb`)).rejects.toThrow(InputError);
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('makes what is to be written, and reads it without writing', async () => {
    for (const where of [`file:${folder}/files`, `lmdb:${folder}/lmdb`, `lmdb:${folder}/one.mdb`]) {
      const storage = await storageAt(where, true);
      await storage.putChunk('job', 'c/1', Uint8Array.of(1));
      await storage.appendSlot('job', 1, Uint8Array.of(1));
      await storage.close();
      const again = await storageAt(where);
      expect([await again.listJobs(), await again.getChunk('job', 'c/1')]).toEqual([['job'], Uint8Array.of(1)]);
      await again.close();
    }
    expect(readdirSync(join(folder, 'files'))).toEqual(['job']);
  });

  it('takes what S3 needs from the environment', async () => {
    const fake = new S3Fake();
    const { endpoint, region } = await fake.start();
    try {
      for (const name of [
        'AWS_REGION',
        'AWS_DEFAULT_REGION',
        'AWS_ACCESS_KEY_ID',
        'AWS_SECRET_ACCESS_KEY',
        'AWS_SESSION_TOKEN',
        'AWS_ENDPOINT_URL_S3',
      ])
        vi.stubEnv(name, undefined);
      await expect(storageAt('s3:bucket/a/')).rejects.toThrow('s3: needs AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
      vi.stubEnv('AWS_REGION', region);
      vi.stubEnv('AWS_ACCESS_KEY_ID', CREDENTIALS.accessKeyId);
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', CREDENTIALS.secretAccessKey);
      vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
      const storage = await storageAt('s3:bucket/a/');
      expect(storage.name).toBe('s3(bucket/a/)');
      await storage.appendSlot('job', 1, Uint8Array.of(1));
      expect([...fake.objects.keys()]).toEqual(['a/job/slots/0000000000000001']);
      await storage.close();
    } finally {
      await fake.stop();
    }
  });

  it('refuses what it does not know', async () => {
    await expect(storageAt('./state')).rejects.toThrow(
      "--storage is file:./state, lmdb:./state.mdb, s3:bucket/prefix/ or export:./file, but came as './state'.",
    );
    await expect(storageAt('redis:x')).rejects.toThrow("there is no 'redis:'.");
    await expect(storageAt('export:x', true)).rejects.toThrow(UsageError);
    await expect(storageAt('export:x')).rejects.toThrow('x cannot be read: ENOENT.');
    expect(existsSync('x')).toBe(false);
  });
});

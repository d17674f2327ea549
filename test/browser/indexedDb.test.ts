/** The storage of browsers in a real one: the contract, several pages at once, and the end of the browser without a warning. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryStorage } from '../../src/storages/memoryStorage.js';
import { storageContract } from '../../src/testing/storageContract.js';
import { profile, type Running, serve, start, withoutChromium } from './chromium.js';

const PROGRAM = `
  import { indexedDb } from './src/storages/indexedDb.ts';
  import { storageContract } from './src/testing/storageContract.ts';
  const laws = storageContract(() => indexedDb('contract'));
  Object.assign(globalThis, { indexedDb, law: name => laws.find(law => law.name === name).run(), ready: true });
`;

/** What the page offers. */
declare const indexedDb: typeof import('../../src/storages/indexedDb.js').indexedDb;
declare const law: (name: string) => Promise<void>;
declare const acknowledge: (seq: number) => Promise<void>;

const CHECKED = 'that indexedDb keeps its contract in a real browser';

describe.skipIf(withoutChromium(`TESTS ${CHECKED.toUpperCase()}`))('indexedDb in Chromium', () => {
  let server: Awaited<ReturnType<typeof serve>>;
  let browser: Running;
  let page: Page;
  const own = profile();
  beforeAll(async () => {
    server = await serve(PROGRAM);
    browser = await start(server.url, own.path);
    page = await browser.page();
  }, 60_000);
  afterAll(async () => {
    await browser?.kill();
    await server?.stop();
    own.remove();
  });

  it.each(storageContract(memoryStorage))(
    'keeps the law: $name',
    async ({ name }) => {
      await page.evaluate(name => law(name), name);
    },
    60_000,
  );

  it('keeps three pages apart: each slot has one winner', async () => {
    const pages = [page, await browser.page(), await browser.page()];
    const won = await Promise.all(
      pages.map(page =>
        page.evaluate(async () => {
          const storage = indexedDb('race');
          await storage.open();
          let won = 0;
          for (let seq = 1; seq <= 60; seq++) if ((await storage.appendSlot('job', seq, new Uint8Array([seq]))) === 'ok') won++;
          await storage.close();
          return won;
        }),
      ),
    );
    expect(won.reduce((sum, of) => sum + of, 0)).toBe(60);
  }, 60_000);

  it('stores nothing of a put that throws, and says why', async () => {
    const outcome = await page.evaluate(async () => {
      const storage = indexedDb('throws');
      await storage.open();
      const add = IDBObjectStore.prototype.add;
      IDBObjectStore.prototype.add = function (value, key) {
        add.call(this, value, key);
        return add.call(this, () => 1, 'not cloneable');
      };
      const error = await storage.putChunk('job', 'a', new Uint8Array(1)).then(
        () => 'none',
        error => `${error.code} ${error.cause.name}`,
      );
      IDBObjectStore.prototype.add = add;
      const there = await storage.getChunk('job', 'a');
      await storage.close();
      return [error, there === undefined];
    });
    expect(outcome).toEqual(['STORAGE_FAILED DataCloneError', true]);
  });

  it('is full when its quota is reached: STORAGE_FULL, and what was stored stays', async () => {
    // On an origin of its own: Chromium remembers for a while how much room another one had.
    const page = await browser.page(server.url.replace('localhost', '127.0.0.1'));
    const session = await page.context().newCDPSession(page);
    await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(page.url()).origin, quotaSize: 5_000_000 });
    const outcome = await page.evaluate(async () => {
      const storage = indexedDb('full');
      await storage.open();
      // By chance: Chromium compresses what it stores.
      const data = new Uint8Array(500_000);
      for (let at = 0; at < data.length; at += 50_000) crypto.getRandomValues(data.subarray(at, at + 50_000));
      let error: { code?: string; cause?: { name?: string } } | undefined;
      let stored = 0;
      for (; !error && stored < 50; stored++)
        error = await storage.putChunk('job', String(stored), data).then(
          () => undefined,
          error => error,
        );
      stored--;
      const last = await storage.getChunk('job', String(stored - 1));
      const failed = await storage.getChunk('job', String(stored));
      return { code: error?.code, cause: error?.cause?.name, stored, last: last?.length, failed: failed?.length };
    });
    expect(outcome).toMatchObject({ code: 'STORAGE_FULL', cause: 'QuotaExceededError', last: 500_000, failed: undefined });
    expect(outcome.stored).toBeGreaterThan(1);
  }, 60_000);

  it('does not keep another page from deleting the database, and does not go on in an empty one', async () => {
    await page.evaluate(async () => {
      const storage = indexedDb('deleted');
      await storage.open();
      await storage.appendSlot('job', 1, new Uint8Array(1));
      Object.assign(globalThis, { storage });
    });
    const other = await browser.page();
    await other.evaluate(
      () =>
        new Promise<void>((resolve, reject) => {
          const request = indexedDB.deleteDatabase('deleted');
          request.onsuccess = () => resolve();
          request.onblocked = () => reject(new Error('blocked'));
        }),
    );
    const message = await page.evaluate(() =>
      (globalThis as unknown as { storage: ReturnType<typeof indexedDb> }).storage
        .appendSlot('job', 2, new Uint8Array(1))
        .catch(error => error.message),
    );
    expect(message).toContain('the database deleted was deleted while it was in use');
  });

  it('loses nothing that was acknowledged when the browser is killed', async () => {
    const killed = profile();
    const first = await start(server.url, killed.path);
    const writer = await first.page();
    let acknowledged = 0;
    const enough = new Promise<void>(resolve => {
      void writer
        .exposeFunction('acknowledge', (seq: number) => {
          acknowledged = Math.max(acknowledged, seq);
          if (seq >= 20) resolve();
        })
        .then(() =>
          writer.evaluate(async () => {
            const storage = indexedDb('killed');
            await storage.open();
            for (let seq = 1; ; seq++) {
              await storage.putChunk('job', String(seq), new Uint8Array(100_000).fill(seq));
              await storage.appendSlot('job', seq, new Uint8Array(50).fill(seq));
              void acknowledge(seq);
            }
          }),
        )
        .catch(() => {});
    });
    await enough;
    await first.kill();
    const second = await start(server.url, killed.path);
    const found = await (await second.page()).evaluate(async () => {
      const storage = indexedDb('killed');
      await storage.open();
      const slots = await storage.listSlots('job');
      let whole = 0;
      for (const seq of slots) {
        const [slot, chunk] = [await storage.readSlot('job', seq), await storage.getChunk('job', String(seq))];
        if (slot?.length === 50 && chunk?.length === 100_000 && [...slot, ...chunk].every(byte => byte === seq % 256)) whole++;
      }
      return { slots: slots.length, whole };
    });
    expect(found.slots).toBeGreaterThanOrEqual(acknowledged);
    expect(found.whole).toBe(found.slots);
    await second.kill();
    killed.remove();
  }, 120_000);
});

/** Pages that die at any moment, on stand-ins for IndexedDB and Web Locks; in a real browser: browser/job.test.ts. */
import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { type Pane, run } from '../../src/index.js';
import { webPage } from '../../src/job/webPage.js';
import { indexedDb } from '../../src/storages/indexedDb.js';
import { job } from '../browser/pageJob.js';
import { Receiver, undisturbed } from '../browser/tabs.js';
import { FakeLocks } from './locks.js';

afterEach(() => vi.unstubAllGlobals());

const load = { elements: 300, ballast: 0 };
let databases = 0;

/** Turns that a page lives for; how the next one comes. */
const lives = fc.array(fc.record({ turns: fc.integer({ min: 1, max: 40 }), dies: fc.boolean() }), { minLength: 1, maxLength: 5 });

it('commits what an undisturbed page does, whether pages die or others take over', async () => {
  const expected = await undisturbed(load);
  await fc.assert(
    fc.asyncProperty(lives, async lives => {
      const locks = new FakeLocks();
      vi.stubGlobal('navigator', { locks: locks.manager });
      const receiver = new Receiver();
      const board = new Map<string, Pane<string, number>>();
      const storage = `pages-${databases++}`;
      const over: Promise<unknown>[] = [];
      const begin = (page: string, whenOthersRun: 'wait' | 'takeOver', turn: () => Promise<void>) => {
        locks.page = page;
        const pipeline = job(
          load,
          () => Infinity,
          turn,
          board,
          row => receiver.answer('/rows', JSON.stringify(row)),
        );
        return run(pipeline, {
          name: 'sums',
          storage: indexedDb(storage),
          host: webPage({ whenOthersRun }),
          checkpoints: { every: 1, minPause: 0 },
        });
      };
      for (const [i, { turns, dies }] of lives.entries()) {
        // A page that is dead goes on here, and the log has to stop it.
        await new Promise<void>(resolve => {
          let left = turns;
          const turn = async (): Promise<void> => {
            await new Promise(resolve => setImmediate(resolve));
            if (--left === 0) resolve();
          };
          const running = begin(`page ${i}`, i > 0 && !lives[i - 1]?.dies ? 'takeOver' : 'wait', turn);
          over.push(running.done.then(resolve, resolve));
        });
        if (dies) locks.kill(`page ${i}`);
      }
      await begin('last', 'takeOver', () => new Promise(resolve => setImmediate(resolve))).done;
      await Promise.all(over);
      expect(receiver.conflicts).toEqual([]);
      expect(receiver.texts).toEqual(expected.rows);
      expect([...board].map(([key, { value }]) => `${key} ${value}`).sort()).toEqual(expected.panes);
    }),
    { numRuns: 25 },
  );
}, 60_000);

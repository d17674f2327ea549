/**
 * Jobs in a real browser: whatever a page dies of, and whenever, what the job has committed in the end is what an undisturbed run commits.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { below, mulberry32 } from '../../src/testing/random.js';
import { profile, type Running, serve, start, withoutChromium } from './chromium.js';
import type { page as offered } from './page.js';
import type { Load } from './pageJob.js';
import { PROGRAM, Receiver, Tab, undisturbed } from './tabs.js';

declare const page: typeof offered;

const CHECKED = 'that a job in a page survives what pages die of';
const load: Load = { elements: 1500, ballast: 0 };
const random = mulberry32(20_240_607);

describe.skipIf(withoutChromium(`TESTS ${CHECKED.toUpperCase()}`))('a job in Chromium', () => {
  let expected: Awaited<ReturnType<typeof undisturbed>>;
  let server: Awaited<ReturnType<typeof serve>>;
  let receiver: Receiver;
  let own: ReturnType<typeof profile>;
  let browser: Running;

  beforeAll(async () => {
    expected = await undisturbed(load);
    expect(expected.rows.length).toBeGreaterThan(100);
    expect(expected.rows.some(row => row.includes(' late '))).toBe(true);
    server = await serve(PROGRAM, (path, body) => receiver.answer(path, body));
  }, 60_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    receiver = new Receiver();
    own = profile();
    browser = await start(server.url, own.path);
  }, 60_000);
  afterEach(async () => {
    await browser.kill();
    own.remove();
  });

  /** Each row has been committed once. */
  function holdsRows(): void {
    expect(receiver.conflicts).toEqual([]);
    expect(receiver.texts).toEqual(expected.rows);
  }

  /** So it has, and the board has the newest pane of each window. */
  async function holds(tab: Tab): Promise<void> {
    holdsRows();
    expect(await tab.panes()).toEqual(expected.panes);
  }

  it('survives reloads at any moment', async () => {
    const tab = await Tab.open(browser);
    const lives = 6;
    for (let life = 1; life <= lives; life++) {
      const over = tab.next('done');
      await tab.begin({ load, limit: life === lives ? Infinity : (load.elements * life) / lives });
      if (life === lives) await over;
      else {
        await tab.checkpoints(1 + below(random, 4));
        await tab.reload();
      }
    }
    const restored = tab.told.flatMap(({ type, restored = 0 }) => (type === 'started' ? [restored] : []));
    expect(restored).toHaveLength(lives);
    expect(restored[0]).toBe(0);
    expect(restored.slice(1).every((seq, i) => seq > (restored[i] as number))).toBe(true);
    await holds(tab);
  }, 60_000);

  it('survives the death of the browser at any moment', async () => {
    const lives = 4;
    for (let life = 1; life < lives; life++) {
      const tab = await Tab.open(browser);
      await tab.begin({ load, limit: (load.elements * life) / lives });
      await tab.checkpoints(1 + below(random, 4));
      await browser.kill();
      browser = await start(server.url, own.path);
    }
    const tab = await Tab.open(browser);
    const over = tab.next('done');
    await tab.begin({ load, limit: Infinity, host: 'wait' });
    await over;
    expect(tab.told.find(({ type }) => type === 'started')?.restored).toBeGreaterThan(lives);
    await holds(tab);
  }, 90_000);

  it.each(['is closed', 'crashes', 'is reloaded'])(
    'a tab stands by, and takes over when the one at work %s',
    async how => {
      const first = await Tab.open(browser);
      const second = await Tab.open(browser);
      const begun = first.next('started');
      await first.begin({ load, limit: 700, host: 'wait' });
      await begun;
      const standsBy = second.next('standby');
      await second.begin({ load, limit: Infinity, host: 'wait' });
      await standsBy;
      const takesOver = second.next('started');
      const over = second.next('done');
      await first.checkpoints(2);
      const last = first.told.findLast(({ type }) => type === 'checkpoint')?.seq as number;
      expect(second.told).toEqual([{ type: 'standby' }]);
      if (how === 'is closed') await first.page.close();
      else if (how === 'is reloaded') await first.reload();
      else void (await first.cdp()).send('Page.crash').catch(() => {});
      expect((await takesOver).restored).toBeGreaterThanOrEqual(last);
      await over;
      await holds(second);
    },
    60_000,
  );

  it.each(['takeOver', undefined] as const)(
    'the newer of two tabs goes on, and the older says nothing more: host %s',
    async host => {
      const first = await Tab.open(browser);
      const second = await Tab.open(browser);
      await first.begin({ load, limit: 700, ...(host && { host }) });
      await first.checkpoints(1);
      const gone = first.next('gone');
      const over = second.next('done');
      await second.begin({ load, limit: Infinity, ...(host && { host }) });
      expect((await gone).code).toBe('FENCED');
      await over;
      expect(first.told.at(-1)?.type).toBe('gone');
      await holds(second);
    },
    60_000,
  );

  it('a tab that hangs, and has lost the job, says nothing more when it goes on', async () => {
    const first = await Tab.open(browser);
    const second = await Tab.open(browser);
    const begun = first.next('started');
    await first.begin({ load, limit: 700, host: 'wait', every: 3_600_000 });
    await begun;
    const made = first.next('checkpoint');
    await first.page.evaluate(async () => void (await page.job?.checkpoint()));
    await made;
    const session = await first.cdp();
    await session.send('Debugger.enable');
    const hangs = new Promise(resolve => session.once('Debugger.paused', resolve));
    await session.send('Debugger.pause');
    await hangs;
    const over = second.next('done');
    await second.begin({ load, limit: Infinity, host: 'takeOver' });
    await over;
    const rows = receiver.rows.size;
    const gone = first.next('gone');
    await session.send('Debugger.resume');
    expect((await gone).code).toBe('FENCED');
    expect(receiver.rows.size).toBe(rows);
    await holds(second);
  }, 60_000);

  it('makes a checkpoint when the tab is hidden', async () => {
    const tab = await Tab.open(browser);
    const begun = tab.next('started');
    await tab.begin({ load, limit: 700, host: 'wait', every: 3_600_000 });
    await begun;
    const made = tab.next('checkpoint');
    // A browser without windows hides no page.
    await tab.page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await made;
  }, 60_000);

  it('goes on while the quota is reached, and loses nothing', async () => {
    const tab = await Tab.open(browser);
    const session = await tab.cdp();
    const { origin } = new URL(server.url);
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1_000_000 });
    const full = tab.next('checkpointFailed');
    const over = tab.next('done');
    await tab.begin({ load: { ...load, ballast: 3000 }, limit: Infinity, tolerableFailures: 100_000, light: true });
    expect((await full).code).toBe('STORAGE_FULL');
    await session.send('Storage.overrideQuotaForOrigin', { origin });
    await over;
    holdsRows();
  }, 60_000);

  it('ends when the quota stays reached, and goes on where it was when there is room', async () => {
    const tab = await Tab.open(browser);
    const session = await tab.cdp();
    const { origin } = new URL(server.url);
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1_000_000 });
    const gone = tab.next('gone');
    const options = { load: { ...load, ballast: 3000 }, limit: Infinity, tolerableFailures: 3, light: true };
    await tab.begin(options);
    expect((await gone).code).toBe('CHECKPOINT_FAILED');
    expect(tab.told.filter(({ type }) => type === 'checkpointFailed')).toHaveLength(4);
    await session.send('Storage.overrideQuotaForOrigin', { origin });
    await tab.reload();
    const over = tab.next('done');
    await tab.begin(options);
    await over;
    holdsRows();
  }, 60_000);

  it('begins anew when the browser has evicted its storage, says so, and refuses to say rows again', async () => {
    const tab = await Tab.open(browser);
    await tab.begin({ load, limit: 700, host: 'wait' });
    do await tab.checkpoints(2);
    while (receiver.newest === 0);
    const gone = tab.next('gone');
    const { origin } = new URL(server.url);
    await (await tab.cdp()).send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
    expect((await gone).code).toBe('STORAGE_LOST');
    await tab.reload();
    const refused = tab.next('gone');
    await tab.begin({ load, limit: Infinity, host: 'wait', ask: true });
    expect((await refused).code).toBe('NEEDS_OPERATOR');
    await tab.reload();
    const lost = tab.next('stateLost');
    const over = tab.next('done');
    // A receiver that is empty too.
    receiver = new Receiver();
    await tab.begin({ load, limit: Infinity, host: 'wait', ask: true });
    expect(await lost).toMatchObject({ restored: 0, seq: expect.any(Number) });
    await over;
    await holds(tab);
  }, 60_000);
});

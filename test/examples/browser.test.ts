/** The example in a browser: opened, reloaded, opened twice, worked by keyboard. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servePage } from '../../examples/browser/server.js';
import { profile, type Running, start, withoutChromium } from '../browser/chromium.js';

describe.skipIf(withoutChromium('TESTS OF THE EXAMPLE IN A BROWSER'))('the example in a browser', () => {
  let server: Awaited<ReturnType<typeof servePage>>;
  let browser: Running;
  const own = profile();
  const errors: string[] = [];
  beforeAll(async () => {
    server = await servePage();
    browser = await start(server.address, own.path);
  }, 60_000);
  afterAll(async () => {
    await browser?.kill();
    await server?.stop();
    own.remove();
  });

  /** A page on the example; `speed`: days of the feed per second. */
  async function open(speed: string): Promise<Page> {
    const page = await browser.blank();
    page.on('pageerror', error => errors.push(error.message));
    page.on('console', message => message.type() === 'error' && errors.push(message.text()));
    await page.goto(`${server.address}?speed=${speed}`);
    return page;
  }

  const state = (page: Page, is: string): Promise<unknown> =>
    page.waitForFunction(is => document.getElementById('state')?.dataset.state === is, is);
  const count = (page: Page): Promise<number> =>
    page.evaluate(() => Number(document.querySelector<HTMLProgressElement>('#progress')?.value) * 1707);
  const comeTo = (page: Page, share: number): Promise<unknown> =>
    page.waitForFunction(share => Number(document.querySelector<HTMLProgressElement>('#progress')?.value) > share, share);
  const text = (page: Page, id: string): Promise<string | null> => page.locator(`#${id}`).textContent();

  it('counts right, through a reload and a tab that takes over', async () => {
    const first = await open('2');
    await state(first, 'running');
    expect(await text(first, 'state-more')).toBe('begins anew');
    await comeTo(first, 0.2);
    await first.waitForFunction(() => document.getElementById('checkpoint')?.textContent !== 'none yet');
    await first.reload();
    await first.waitForFunction(() => document.getElementById('state-more')?.textContent?.startsWith('went on from checkpoint'));
    expect(await count(first)).toBeGreaterThan(20);
    expect(await first.locator('td svg').count()).toBeGreaterThan(0);

    const second = await open('Infinity');
    await state(second, 'standby');
    await comeTo(second, 0.2);
    expect(await text(second, 'state-more')).toContain('another tab is at work');
    expect(await second.locator('#pause').isDisabled()).toBe(true);
    await first.close();
    await state(second, 'completed');
    expect(await text(second, 'verdict')).toBe('78 of 78 days are as a loop over the sorted feed counts them.');
    expect(await second.locator('th.passed').count()).toBe(8);
    expect(
      await second
        .getByRole('row', { name: /Hawaii/ })
        .getByRole('cell')
        .first()
        .textContent(),
    ).toMatch(/^4 on time$/);

    await second.reload();
    await state(second, 'completed');
    expect(await text(second, 'verdict')).toContain('78 of 78');
    await second.close();
  }, 90_000);

  it('is worked by keyboard, and begins anew', async () => {
    const page = await open('Infinity');
    await state(page, 'completed');
    await page.locator('#anew').focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.getElementById('verdict')?.textContent === '');
    await state(page, 'completed');
    await page.locator('#speed').selectOption('0.15');
    await page.locator('#anew').focus();
    await page.keyboard.press('Enter');
    await state(page, 'running');
    await page.locator('#pause').focus();
    await page.keyboard.press('Space');
    expect(await page.locator('#pause').getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('anew');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('speed');
    expect(errors).toEqual([]);
  }, 60_000);
});

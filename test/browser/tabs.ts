/** Tabs that run the job of the tests, and the server that receives its rows. */
import type { CDPSession, Page } from 'playwright-core';
import { memoryStorage, type Pane, run } from '../../src/index.js';
import type { Running } from './chromium.js';
import type { Begin, page as offered, Told } from './page.js';
import { job, type Load, type Row } from './pageJob.js';

declare const page: typeof offered;

export const PROGRAM = "import { page } from './test/browser/page.ts'; Object.assign(globalThis, { page, ready: true });";

/** What the server has got: rows by id. */
export class Receiver {
  readonly rows = new Map<string, string>();
  /** Ids that came with another row than before. */
  readonly conflicts: string[] = [];
  newest = 0;

  answer(path: string, body: string): string | undefined {
    if (path === '/newest') return String(this.newest);
    if (path !== '/rows') return undefined;
    const { id, checkpoint, text } = JSON.parse(body) as Row;
    if ((this.rows.get(id) ?? text) !== text) this.conflicts.push(id);
    this.rows.set(id, text);
    this.newest = Math.max(this.newest, checkpoint);
    return 'ok';
  }

  get texts(): string[] {
    return [...this.rows.values()].sort();
  }
}

/** What an undisturbed run commits. */
export async function undisturbed(load: Load): Promise<{ rows: string[]; panes: string[] }> {
  const board = new Map<string, Pane<string, number>>();
  const rows: string[] = [];
  const turn = async (): Promise<void> => undefined;
  await run(
    job(
      load,
      () => Infinity,
      turn,
      board,
      ({ text }) => rows.push(text),
    ),
    { name: 'sums', storage: memoryStorage() },
  ).done;
  return { rows: rows.sort(), panes: [...board].map(([key, { value }]) => `${key} ${value}`).sort() };
}

export class Tab {
  readonly told: Told[] = [];
  readonly page: Page;
  #waiting: { readonly is: (told: Told) => boolean; readonly resolve: (told: Told) => void }[] = [];

  static async open(browser: Running): Promise<Tab> {
    const tab = new Tab(await browser.page());
    await tab.page.exposeFunction('tell', (told: Told) => tab.#hear(told));
    return tab;
  }

  private constructor(page: Page) {
    this.page = page;
  }

  begin(options: Begin): Promise<void> {
    return this.page.evaluate(options => page.begin(options), options);
  }

  /** The next thing of that kind to be told, or that which has been told last before anything was waited for. */
  next(type: Told['type'], is: (told: Told) => boolean = () => true): Promise<Told> {
    return new Promise(resolve => this.#waiting.push({ is: told => told.type === type && is(told), resolve }));
  }

  /** So many checkpoints from now on. */
  async checkpoints(count: number): Promise<void> {
    for (let made = 0; made < count; made++) await this.next('checkpoint');
  }

  limit(elements: number): Promise<void> {
    return this.page.evaluate(elements => {
      page.limit = elements;
    }, elements);
  }

  panes(): Promise<string[]> {
    return this.page.evaluate(() => page.panes());
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.page.waitForFunction('window.ready === true');
  }

  cdp(): Promise<CDPSession> {
    return this.page.context().newCDPSession(this.page);
  }

  #hear(told: Told): void {
    this.told.push(told);
    const heard = this.#waiting.filter(({ is }) => is(told));
    this.#waiting = this.#waiting.filter(waiting => !heard.includes(waiting));
    for (const { resolve } of heard) resolve(told);
  }
}

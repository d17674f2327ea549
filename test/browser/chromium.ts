/** A real browser for tests: Chromium of this machine, driven by playwright-core, on pages that are served from here. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ROOT } from '../built.js';

const PLACES = [
  process.env.TIDEMARK_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Where Chromium is; undefined: there is none. */
export const CHROMIUM: string | undefined = PLACES.find(path => path !== undefined && existsSync(path));

/** True where tests have to be skipped for want of a browser. It says so; in CI it is an error. */
export function withoutChromium(tests: string): boolean {
  if (CHROMIUM !== undefined) return false;
  const cure = 'Install it (Debian: apt-get install chromium), or say where it is: TIDEMARK_CHROMIUM=/path/to/chromium';
  const sentence = `NO CHROMIUM: ${tests} ARE SKIPPED. ${cure}.`;
  if (process.env.CI) throw new Error(sentence);
  console.warn(`\n${'!'.repeat(100)}\n${sentence}\n${'!'.repeat(100)}\n`);
  return true;
}

/** As root Chromium has no sandbox; without the others it looks for its maker's hosts at every start. */
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

export interface Running {
  /** A new page, at the address that was given unless there is another. */
  page(other?: string): Promise<Page>;
  /** A new page, at no address yet. */
  blank(): Promise<Page>;
  /** Ends it at once, as a loss of the machine would: nothing is written any more. */
  kill(): Promise<void>;
}

/** Answers what the page asks for besides itself: a text, or undefined for what there is not. */
export type Answer = (path: string, body: string) => string | undefined;

/** Serves one page that runs `program`, TypeScript with imports from the root of the repository. */
export async function serve(program: string, answer: Answer = () => undefined): Promise<{ url: string; stop: () => Promise<void> }> {
  const stdin = { contents: program, resolveDir: ROOT, loader: 'ts' } as const;
  const { outputFiles } = await build({
    stdin,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'silent',
  });
  const script = outputFiles[0]?.text ?? '';
  const server = createServer(async (request, response) => {
    const answered = answer(request.url ?? '/', await text(request));
    if (answered !== undefined) return void response.end(answered);
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><title>test</title><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  };
  return { url: `http://localhost:${(server.address() as AddressInfo).port}/`, stop };
}

/** Starts Chromium on a profile, which is made if it is missing. Its process is ours, so that it can be killed. */
export async function start(url: string, profile: string): Promise<Running> {
  const flags = [...FLAGS.split(' '), '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
  const child = spawn(CHROMIUM as string, flags, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const browser = await chromium.connectOverCDP(await addressOf(child));
  const blank = async (): Promise<Page> => (browser.contexts()[0] ?? (await browser.newContext())).newPage();
  return {
    blank,
    async page(other = url) {
      const page = await blank();
      await page.goto(other);
      await page.waitForFunction('window.ready === true');
      return page;
    },
    kill: () => kill(child, browser),
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', data => {
      said += data;
      const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (address) resolve(address);
    });
    child.on('error', reject);
    child.on('exit', code => reject(new Error(`Chromium ended with ${code}: ${said.slice(-2000)}`)));
  });
}

async function kill(child: ChildProcess, browser: Browser): Promise<void> {
  const ended = new Promise(resolve => child.once('close', resolve));
  // Its whole group: the processes of storage and network too.
  process.kill(-(child.pid as number), 'SIGKILL');
  await ended;
  await browser.close().catch(() => {});
}

/** A folder for a profile, and its removal. */
export function profile(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'tidemark-chromium-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

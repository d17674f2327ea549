import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from '../built.js';
import { tidemark } from './command.js';

/* By the built command, which a module of a user's shares its copy of tidemark with. */

let folder: string;
let file = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modules-'));
});
afterAll(() => rm(folder, { recursive: true }));

const HEAD = `
import { count, eventTime, fileless, memoryStorage, replayable, run, toCallback, tumbling, windowBy } from '${pathToFileURL(join(ROOT, 'dist/index.js')).href}';
const clicks = name => eventTime(replayable([{ at: 5 }]), { name, timestamp: c => c.at });
`.replace('fileless, ', '');

async function planOf(text: string, ...args: readonly string[]) {
  const path = join(folder, `m${file++}.mjs`);
  await writeFile(path, HEAD + text);
  const { code, out, err } = await tidemark(['savepoint', 'plan', 'test/golden/savepoints/v1-sliced-windows.bin', path, ...args]);
  return { code, text: (out + err).replaceAll(path, 'm.mjs') };
}

it('finds the pipeline: default, named, the only one, of a function, several', async () => {
  const found = [
    await planOf('export default clicks("in");'),
    await planOf('export default async () => [clicks("in"), clicks("b")];'),
    await planOf('export const clicks$ = clicks("in"); export const other = 5;'),
    await planOf('export const a = clicks("a"); export const b = () => clicks("in");', '--export', 'b'),
  ];
  for (const { text } of found) expect(text).toContain('kept     source    in ');
});

it('says what is wrong with a module', async () => {
  const wrong = async (text: string, ...args: string[]) => planOf(text, ...args).then(({ code, text }) => `${code} ${text}`);
  expect(await wrong('throw new Error("no database");')).toBe('1 tidemark: m.mjs cannot be loaded: no database\n');
  expect(await wrong('export default () => { throw new Error("x"); };')).toContain('the function that gives the pipeline failed: x');
  expect(await wrong('export default 5;')).toContain(
    "1 tidemark: m.mjs: its export 'default' must be a pipeline, an array of them, or a function",
  );
  expect(await wrong('export const a = clicks("a"), b = clicks("b");')).toContain('name it by --export, one of a, b.');
  expect(await wrong('export const a = 5;')).toContain('name it by --export, one of a.');
  expect(await wrong('export {};')).toContain('one of none.');
  expect(await wrong('export const a = 5;', '-e', 'b')).toContain("has no export 'b'; there is a.");
  const { err } = await tidemark(['savepoint', 'plan', 'x.tide', 'no/such/module.js']);
  expect(err).toBe('tidemark: no/such/module.js is not there: the module that exports the pipeline.\n');
}, 30_000);

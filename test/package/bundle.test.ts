/** The packed library passes through a bundler: a pipeline still runs, and what is not used leaves no trace. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Format, type Platform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTRY_POINTS, node } from '../built.js';
import { type Installed, install } from './install.js';

let installed: Installed;
beforeAll(() => {
  installed = install();
}, 60_000);
afterAll(() => installed?.remove());

const PIPELINE = `
  import { boundedOutOfOrderness, count, eventTime, tumbling, windowBy } from 'tidemark';
  const visits = [{ who: 'a', at: 0 }, { who: 'b', at: 50_000 }, { who: 'a', at: 59_999 }, { who: 'a', at: 60_000 }, { who: 'b', at: 49_000 }];
  eventTime(visits, { timestamp: visit => visit.at, watermark: boundedOutOfOrderness('20s') })
    .pipe(windowBy(tumbling('1m'), { key: visit => visit.who, aggregate: count() }))
    .subscribe(pane => console.log(pane.timing, pane.key, pane.window.start, pane.value));
`;

/** Bundles for browsers, so that anything of Node in what is for them would be an error. */
async function bundle(contents: string, format: Format, platform: Platform = 'browser'): Promise<string> {
  const stdin = { contents, resolveDir: installed.project, loader: 'js' } as const;
  const made = await build({ stdin, bundle: true, write: false, format, platform, treeShaking: true, logLevel: 'silent' });
  expect(made.errors).toEqual([]);
  return made.outputFiles[0]?.text ?? '';
}

describe('the packed library in a bundle', () => {
  it.each([
    ['esm', 'mjs'],
    ['cjs', 'cjs'],
    ['iife', 'cjs'],
  ] as const)('counts in tumbling windows, as %s', async (format, extension) => {
    const name = `bundle-${format}.${extension}`;
    writeFileSync(join(installed.project, name), await bundle(PIPELINE, format));
    expect(node([name], installed.project)).toEqual({
      status: 0,
      stdout: 'on-time a 0 2\non-time b 0 2\non-time a 60000 1\n',
      stderr: '',
    });
  });

  it.each(ENTRY_POINTS)('leaves nothing of $name when nothing of it is used', async ({ name, node }) => {
    const platform = node ? 'node' : 'browser';
    expect((await bundle(`import '${name}';`, 'esm', platform)).trim()).toBe('');
    expect((await bundle(`import * as all from '${name}';`, 'esm', platform)).trim()).toBe('');
  });

  it.each(ENTRY_POINTS.filter(entry => entry.node))('says at once that $name is not for browsers', async ({ name }) => {
    await expect(bundle(`import * as all from '${name}'; console.log(all);`, 'esm')).rejects.toThrow(/node:|Could not resolve "\w+"/);
  });
});

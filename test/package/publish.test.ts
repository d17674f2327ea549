/** What is published: the right files, and a manifest without faults. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTRY_POINTS } from '../built.js';
import { type Installed, install } from './install.js';

let installed: Installed;
beforeAll(() => {
  installed = install();
}, 60_000);
afterAll(() => installed?.remove());

describe('the published package', () => {
  it('passes publint --strict', async () => {
    const { messages, pkg } = await publint({ pkgDir: installed.library, strict: true, pack: false });
    expect(messages.map(message => formatMessage(message, pkg))).toEqual([]);
  });

  it('holds the built files, the papers, and nothing else', () => {
    const papers = ['ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'package.json'];
    const others = installed.files.filter(file => !/^(dist\/.+\.(js|js\.map|d\.ts)|docs\/.+\.(md|svg|css))$/.test(file));
    expect(others).toEqual(papers);
  });

  it('has every file that its exports name', () => {
    for (const { file, types } of ENTRY_POINTS) {
      expect(existsSync(join(installed.library, file)), file).toBe(true);
      expect(existsSync(join(installed.library, types)), types).toBe(true);
    }
  });

  it('has source maps that carry their sources, since src/ is not published', () => {
    const maps = installed.files.filter(file => file.endsWith('.map'));
    expect(maps.length).toBeGreaterThan(0);
    for (const map of maps) {
      const { sourcesContent } = JSON.parse(readFileSync(join(installed.library, map), 'utf8')) as { sourcesContent?: (string | null)[] };
      expect(
        sourcesContent?.every(content => typeof content === 'string'),
        map,
      ).toBe(true);
    }
  });
});

/** The storage of files on the disk of this machine. What happens when a disk fails: fileStorage.test.ts. */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fileSystem } from '../../src/storages/fileSystem.js';
import { storageContract } from '../../src/testing/storageContract.js';
import { holdToModel } from './commands.js';

const scratch = mkdtempSync(join(tmpdir(), 'tidemark-files-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('fileSystem', () => {
  const dir = join(scratch, 'a', 'b');

  it.each(storageContract(() => fileSystem(dir)))('keeps the law: $name', law => law.run());

  it('agrees with a plain model, whatever is done to it', () => holdToModel(() => fileSystem(join(scratch, 'model')), 40), 60_000);

  it.each(storageContract(() => fileSystem(join(scratch, 'no-links'), { links: false })))('without links it keeps the law: $name', law =>
    law.run(),
  );
});

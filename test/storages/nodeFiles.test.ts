/** The disk of this machine does what the port says: the same steps as the simulated one, with the same outcomes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { codeOf, type FilePort } from '../../src/storages/filePort.js';
import { nodeFiles } from '../../src/storages/nodeFiles.js';
import { Disk } from './disk.js';

const scratch = mkdtempSync(join(tmpdir(), 'tidemark-port-')).replaceAll('\\', '/');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What comes of every kind of step, good and bad. */
async function outcomes(port: FilePort, root: string): Promise<unknown[]> {
  const seen: unknown[] = [];
  const step = async (work: Promise<unknown>): Promise<void> => {
    seen.push(await work.then(value => (value instanceof Uint8Array ? [...value] : value), codeOf));
  };
  const create = async (name: string, data: readonly number[]): Promise<void> => {
    const file = await port.createFile(`${root}/${name}`);
    await file.write(Uint8Array.from(data));
    await file.sync();
    await file.close();
  };
  await step(port.makeFolder(`${root}/x/y`));
  await step(port.makeFolder(`${root}/x`));
  await step(port.makeFolder(`${root}/x`));
  await step(create('x/a', [1, 2, 3]));
  await step(create('x/a', [4]));
  await step(create('none/a', [4]));
  await step(create('x/empty', []));
  await step(port.readFile(`${root}/x/a`));
  await step(port.readFile(`${root}/x/none`));
  await step(port.fileBytes(`${root}/x/a`));
  await step(port.fileBytes(`${root}/x/none`));
  await step(port.link(`${root}/x/a`, `${root}/x/b`));
  await step(port.link(`${root}/x/a`, `${root}/x/b`));
  await step(port.link(`${root}/x/none`, `${root}/x/c`));
  await step(port.unlink(`${root}/x/a`));
  await step(port.unlink(`${root}/x/a`));
  await step(port.readFile(`${root}/x/b`));
  await step(port.list(`${root}/x`).then(names => names.sort()));
  await step(port.list(`${root}/none`));
  await step(port.syncFolder(`${root}/x`));
  return seen;
}

describe('nodeFiles', () => {
  it('gives what the simulated disk gives', async () => {
    const real = await outcomes(nodeFiles, scratch);
    expect(real).toEqual(await outcomes(new Disk().port, ''));
    expect(real.slice(0, 6)).toEqual(['ENOENT', undefined, 'EEXIST', undefined, 'EEXIST', 'ENOENT']);
  });

  it('gives plain bytes, no Buffer', async () => {
    const data = await nodeFiles.readFile(`${scratch}/x/b`);
    expect(Object.getPrototypeOf(data)).toBe(Uint8Array.prototype);
  });
});

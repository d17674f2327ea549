import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileSystem } from '../../src/storages/fileSystem.js';
import { barrierOf, command, saveJob, transactional } from './savedJob.js';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-show-'));
afterAll(() => rmSync(folder, { recursive: true }));
const where = ['-s', `file:${folder}/state`];
const timeless = (out: string): string =>
  out.replaceAll(/20\d\d-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?Z/g, 'THEN').replace(/(THEN|made) +/g, '$1  ');

beforeAll(async () => {
  const storage = fileSystem(join(folder, 'state'));
  await storage.open();
  await saveJob(storage, 'demo', [barrierOf({ a: 1 }), barrierOf({ a: 1, b: 2 })], { sinks: [transactional()] });
  await saveJob(storage, 'empty', []);
  await storage.close();
});

describe('list', () => {
  it('shows the checkpoints of all jobs, or of one', async () => {
    expect(await command('pin', '2', '-j', 'demo', '--name', 'kept', ...where)).toMatchObject({ code: 0 });
    const { code, out } = await command('list', ...where);
    expect(code).toBe(0);
    expect(timeless(out)).toMatchInlineSnapshot(`
      "job demo
      seq  made  holds     size  stands on  watermark  rows       pinned
        2  THEN  full     300 B      300 B  5          committed  kept
        3  THEN  changes  321 B      621 B  5          not known

      job empty: no checkpoint yet
      "
    `);
    expect(JSON.parse((await command('list', '-j', 'demo', '--json', ...where)).out)).toMatchObject({
      checkpoints: [{ job: 'demo', seq: 2, full: true, committed: true, pins: ['kept'] }, { seq: 3, full: false, committed: false, watermark: 5 }], // biome-ignore format: one line
      unreadable: [],
    });
    expect(await command('list', '-j', 'none', ...where)).toMatchObject({ code: 1, err: expect.stringContaining('there is demo, empty.') });
  });

  it('fails where a slot cannot be read, or nothing is there', async () => {
    const storage = fileSystem(join(folder, 'broken'));
    await storage.open();
    await saveJob(storage, 'demo', [barrierOf({ a: 1 })]);
    await storage.appendSlot('demo', 3, Uint8Array.of(1));
    await storage.close();
    const { code, out } = await command('list', '-s', `file:${folder}/broken`);
    expect([code, out]).toEqual([1, expect.stringContaining('job demo: slot 3 cannot be read: it does not begin as a slot does')]);
    const none = fileSystem(join(folder, 'none'));
    await none.open();
    await none.close();
    expect(await command('list', '-s', `file:${folder}/none`)).toMatchObject({ code: 1, err: expect.stringContaining('holds no job.') });
  });
});

describe('show', () => {
  it('shows positions, sinks and operators', async () => {
    const { code, out } = await command('show', '-j', 'demo', ...where);
    expect(code).toBe(0);
    expect(timeless(out)).toMatchInlineSnapshot(`
      "checkpoint 3 of job demo
        made  THEN  by owner 1, its barrier 2; watermark 5
        a full one and 1 change: 621 B in 2 chunks
        rows: not known to be committed; the next start of the job sees to it

      source    position
      readings  2

      sink  mode
      out   transactional

      operator             holds  with
      windowBy/sums       2 rows  tumbling(1m), sum
      eventTime/readings
      "
    `);
    expect(JSON.parse((await command('show', '2', '-j', 'demo', '--json', ...where)).out)).toMatchObject({
      seq: 2,
      owner: 1,
      barrier: 1,
      pins: ['kept'],
      sources: { readings: 1 },
      sinks: { out: { mode: 'transactional' } },
      operators: [{ id: 'windowBy/sums', rows: 1, spec: 'tumbling(1m), sum' }, { id: 'eventTime/readings', parts: 0 }], // biome-ignore format: one line
    });
  });

  it('says which checkpoints there are where there is no such one', async () => {
    expect(await command('show', '9', '-j', 'demo', ...where)).toMatchObject({
      code: 1,
      err: expect.stringContaining('Checkpoints are 2, 3.'),
    });
    expect(await command('show', '-j', 'empty', ...where)).toMatchObject({ code: 1, err: 'job empty has no checkpoint that can be read.' });
    expect(await command('show', ...where)).toMatchObject({ code: 2 });
  });
});

describe('verify', () => {
  it('says that all is whole, or what is not', async () => {
    expect(await command('verify', '-j', 'demo', ...where)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^job demo: 3 slots, 2 checkpoints whole \([\d.]+ k?B read\)\n$/),
    });
    expect(await command('verify', '-j', 'empty', ...where)).toMatchObject({
      code: 0,
      out: 'job empty: 1 slot, 0 checkpoints whole (0 B read)\n',
    });
    expect(await command('verify', '9', '-j', 'demo', ...where)).toMatchObject({ code: 1 });
    const chunk = readdirSync(join(folder, 'state', 'demo', 'chunks')).find(name => name.includes('1-2')) as string;
    writeFileSync(join(folder, 'state', 'demo', 'chunks', chunk), 'x');
    const { code, out } = await command('verify', '-j', 'demo', ...where);
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/1 checkpoint whole .*\nwrong: checkpoint 3: chunk c\/1-2\/0: 1 bytes instead of \d+: it is torn\.\n$/),
    ]);
    expect((await command('verify', '2', '-j', 'demo', ...where)).code).toBe(0);
    expect(JSON.parse((await command('verify', '-j', 'demo', '--json', ...where)).out)).toMatchObject({
      job: 'demo',
      whole: [2],
      notes: [],
    });
  });
});

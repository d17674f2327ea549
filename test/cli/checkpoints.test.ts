/** `tidemark checkpoints` as users call it, on what a real job left. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sum } from '../../src/aggregates/sum.js';
import { checkpoints } from '../../src/cli/checkpoints.js';
import { replayable } from '../../src/job/replayable.js';
import { run } from '../../src/job/run.js';
import { toFile } from '../../src/job/toFile.js';
import { eventTime } from '../../src/operators/eventTime.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { fileSystem } from '../../src/storages/fileSystem.js';
import { boundedOutOfOrderness } from '../../src/time/boundedOutOfOrderness.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { checkBuilt } from '../built.js';
import { tidemark } from './command.js';
import { command } from './savedJob.js';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-checkpoints-'));
afterAll(() => rmSync(folder, { recursive: true }));
const state = join(folder, 'state');
const readings = Array.from({ length: 1_000 }, (_, at) => ({ at, key: `k${at % 3}`, value: at }));

/** Runs over so many of the readings, and stops with the windows open. Resolves with the rows. */
async function runJob(storage: string, out: string, upTo: number): Promise<unknown[]> {
  const source = replayable(async function* (from: number) {
    yield* readings.slice(from, upTo);
    if (upTo < readings.length) await new Promise(() => {});
  });
  const stream = eventTime(source, { name: 'readings', timestamp: reading => reading.at, watermark: boundedOutOfOrderness(50) });
  const sums = stream.pipe(
    windowBy(tumbling(100), { name: 'sums', key: reading => reading.key, aggregate: sum(reading => reading.value) }),
    toFile<unknown>(join(folder, out), { name: 'out' }),
  );
  const job = run(sums, { name: 'sums', storage: fileSystem(storage), checkpoints: { every: 20, minPause: 1 } });
  if (upTo < readings.length) {
    // Until the last of them is in the windows.
    for (;;) {
      await job.checkpoint();
      const { code, out: shown } = await command('show', '-s', `file:${storage}`, '--json');
      if (code === 0 && JSON.parse(shown).sources.readings === upTo) break;
    }
    await job.stop({ drain: true });
  }
  await job.done;
  const files = readdirSync(join(folder, out)).filter(name => name.endsWith('.jsonl')).sort(); // biome-ignore format: one line
  return files.flatMap(
    name =>
    readFileSync(join(folder, out, name), 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line)), // biome-ignore format: one line
  );
}

let rows: unknown[];
beforeAll(async () => {
  checkBuilt();
  await runJob(state, 'out', 350);
  rows = await runJob(state, 'out', 700);
});

describe('tidemark checkpoints', () => {
  it('reads what a job left, in a process of its own, and leaves it as it was', async () => {
    const before = readdirSync(state, { recursive: true }).sort();
    const where = ['--storage', `file:${state}`];
    const listed = await tidemark(['checkpoints', 'list', ...where]);
    expect(listed).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^job sums\nseq {2}made .*\n +\d+ {2}20/) });
    const got = await tidemark(['checkpoints', 'get', 'sums', 'k0', ...where, '--json']);
    const expected = readings.slice(600, 700).filter(({ key }) => key === 'k0').reduce((total, { value }) => total + value, 0); // biome-ignore format: one line
    expect(JSON.parse(got.out)).toMatchObject({ operator: 'windowBy/sums', count: 1, rows: [{ key: 'k0', start: 600, end: 700 }] });
    expect(JSON.stringify(JSON.parse(got.out).rows[0].state)).toContain(String(expected));
    expect(await tidemark(['checkpoints', 'verify', ...where])).toMatchObject({ code: 0, err: '' });
    const enough = await tidemark(['checkpoints', 'show', ...where, '--json'], '', 2);
    expect([enough.code, enough.err]).toEqual([0, '']);
    expect(readdirSync(state, { recursive: true }).sort()).toEqual(before);
  });

  it('has help for all, and for each', async () => {
    expect((await command('--help')).out).toContain('Looks into the checkpoints of a job');
    expect((await command('gc', '--help')).out).toContain('--keep <n>');
  });

  it('closes the storage, and says what was said, also where it fails', async () => {
    const file = join(folder, 'broken');
    writeFileSync(file, 'x');
    await expect(checkpoints(['verify', '-s', `export:${file}`])).rejects.toThrow('is no export of a checkpoint.');
    expect(await command('get', 'sums', 'nobody', '-s', `file:${state}`)).toMatchObject({
      code: 1,
      out: '',
      err: /nothing for nobody/ as never,
    });
  });

  it('moves a job: an export, imported elsewhere, goes on where it was, and says each row once', async () => {
    const file = join(folder, 'sums.tide');
    const elsewhere = join(folder, 'elsewhere');
    // It has been stopped, and its log says that all is committed.
    expect(await command('export', file, '-s', `file:${state}`)).toMatchObject({ code: 0, err: '' });
    expect(await command('import', file, '-s', `file:${elsewhere}`)).toMatchObject({ code: 0, err: '' });
    const rest = await runJob(elsewhere, 'out2', 1_000);
    const undisturbed = await runJob(join(folder, 'alone'), 'out3', 1_000);
    expect([...rows, ...rest]).toEqual(undisturbed);
    expect(rest.length).toBeLessThan(undisturbed.length);
  });
});

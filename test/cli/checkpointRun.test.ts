import { expect, it } from 'vitest';
import { readCheckpointOptions } from '../../src/cli/checkpointOptions.js';
import { type CommandRun, readState, say, tryAgain, withCheckpoint } from '../../src/cli/checkpointRun.js';
import { JustDeleted, listPins } from '../../src/cli/pins.js';
import { barrierOf, savedInMemory } from './savedJob.js';

async function runOf(line: string, durable: boolean, terminal = false) {
  const storage = await savedInMemory([barrierOf({ a: 1 }), barrierOf({ a: 2 })]);
  Object.defineProperty(storage, 'capabilities', { value: { ...storage.capabilities, durable } });
  const [out, err]: [string[], string[]] = [[], []];
  const options = readCheckpointOptions(line.split(' ')) as CommandRun['options'];
  const run: CommandRun = { options, storage, out: text => out.push(text), err: text => err.push(text), terminal };
  return { run, storage, out, err };
}

it('pins what it reads, unless told not to, or where nothing could delete it', async () => {
  const pinsOf = async (line: string, durable = true) => {
    const { run, storage } = await runOf(line, durable);
    return withCheckpoint(run, 2, async ({ job, candidate }) => [candidate.seq, (await listPins(storage, job)).map(({ seq }) => seq)]);
  };
  expect(await pinsOf('show -s a:b')).toEqual([2, [2]]);
  expect(await pinsOf('show -s a:b --no-pin')).toEqual([2, []]);
  expect(await pinsOf('show -s a:b', false)).toEqual([2, []]);
});

it('tries again as long as a job that runs is faster, but not for ever', async () => {
  let tries = 0;
  const faster = (times: number) => () => tryAgain(async () => (tries++ < times ? Promise.reject(new JustDeleted(2)) : tries));
  expect(await faster(2)()).toBe(3);
  tries = 0;
  await expect(faster(Infinity)()).rejects.toThrow('checkpoint 2 has just been deleted: try again.');
  expect(tries).toBe(20);
});

it('says how far reading is on a terminal, and leaves nothing behind', async () => {
  const { run, err } = await runOf('show -s a:b', true, true);
  let now = 0;
  const { now: clock } = Date;
  Date.now = () => (now += 1_000);
  try {
    const state = await withCheckpoint(run, undefined, ({ job, candidate }) => readState(run, job, candidate));
    expect(state.job.sources.get('readings')).toBe(1);
  } finally {
    Date.now = clock;
  }
  expect(err).toEqual([expect.stringMatching(/^\r\d+ %, 1 chunks/), '\r100 %, 2 chunks\x1b[K', '\r\x1b[K']);
});

it('says data or words', async () => {
  const { run, out } = await runOf('show -s a:b', true);
  say(run, () => ({ big: 1n }), () => 'words\n'); // biome-ignore format: one line
  say({ ...run, options: { ...run.options, json: true } }, () => ({ big: 1n }), () => 'words\n'); // biome-ignore format: one line
  expect(out).toEqual(['words\n', '{\n  "big": "1n"\n}\n']);
});

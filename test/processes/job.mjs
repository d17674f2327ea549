/**
 * A job of the built library in a process of its own: `node job.mjs FOLDER [STORAGE [STATE]]`; STORAGE is files or lmdb, STATE where it
 * lies. Prints a line for what happens, so that its killer knows.
 */
import { join } from 'node:path';
import { boundedOutOfOrderness, eventTime, run, sum, tumbling, windowBy } from '../../dist/index.js';
import { lmdbStorage } from '../../dist/lmdb.js';
import { fileSystem, jsonLines, toFile } from '../../dist/node.js';

const [folder, kind = 'files', state = join(folder, 'state')] = process.argv.slice(2);
const readings = eventTime(jsonLines(join(folder, 'readings.jsonl'), { chunkBytes: 4096 }), {
  name: 'readings',
  timestamp: reading => reading.at,
  watermark: boundedOutOfOrderness(500),
});
const sums = readings.pipe(
  windowBy(tumbling(100), { name: 'sums', key: reading => reading.key, aggregate: sum(reading => reading.value), allowedLateness: 200 }),
  toFile(join(folder, 'out'), { name: 'out' }),
);
const job = run(sums, {
  name: 'sums',
  storage: kind === 'lmdb' ? lmdbStorage(state) : fileSystem(state),
  checkpoints: { every: 5, minPause: 1, tolerableFailures: 1_000_000 },
});
const say = line => process.stdout.write(`${line}\n`);
job.events.subscribe(event => {
  if (event.type === 'started') say(`started ${event.restored ?? 0}`);
  if (event.type === 'checkpoint') say(`checkpoint ${event.checkpoint.seq}`);
  if (event.type === 'log' && event.event.type === 'aborted') say(`aborted ${event.event.error.code}`);
});
await job.done;
say('done');

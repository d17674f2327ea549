/** A job of the built library in a process of its own: `node job.mjs FOLDER`. Prints a line for each checkpoint, so that its killer knows. */
import { join } from 'node:path';
import { boundedOutOfOrderness, eventTime, run, sum, tumbling, windowBy } from '../../dist/index.js';
import { fileSystem, jsonLines, toFile } from '../../dist/node.js';

const folder = process.argv[2];
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
  storage: fileSystem(join(folder, 'state')),
  checkpoints: { every: 5, minPause: 1, tolerableFailures: 0 },
});
job.events.subscribe(event => {
  if (event.type === 'checkpoint') process.stdout.write(`checkpoint ${event.checkpoint.seq}\n`);
});
await job.done;
process.stdout.write('done\n');

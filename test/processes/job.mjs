/**
 * A job of the built library in a process of its own: `node job.mjs FOLDER [LIMIT]`. Prints a line for each checkpoint, so that its killer
 * knows. It reads a little for each checkpoint, and after so many no more: how far it comes before it is killed is no matter of speed.
 */
import { join } from 'node:path';
import { filter, firstValueFrom } from 'rxjs';
import { boundedOutOfOrderness, eventTime, replayable, run, sum, tumbling, windowBy } from '../../dist/index.js';
import { fileSystem, jsonLines, toFile } from '../../dist/node.js';

const BATCHES = 5;

const [, , folder, limit = 'Infinity'] = process.argv;
const lines = jsonLines(join(folder, 'readings.jsonl'), { chunkBytes: 4096 });
let read = 0;
let seen = 0;
const slowly = replayable({
  async open(position) {
    const reader = await lines.source$.open(position);
    return {
      async read() {
        while (read >= BATCHES * (1 + Math.min(seen, Number(limit)))) await firstValueFrom(checkpoints);
        read++;
        return reader.read();
      },
      close: () => reader.close(),
    };
  },
});
const readings = eventTime(slowly, { name: 'readings', timestamp: reading => reading.at, watermark: boundedOutOfOrderness(500) });
const sums = readings.pipe(
  windowBy(tumbling(100), { name: 'sums', key: reading => reading.key, aggregate: sum(reading => reading.value), allowedLateness: 200 }),
  toFile(join(folder, 'out'), { name: 'out' }),
);
const job = run(sums, {
  name: 'sums',
  storage: fileSystem(join(folder, 'state')),
  checkpoints: { every: 5, minPause: 1, tolerableFailures: 0 },
});
const checkpoints = job.events.pipe(filter(event => event.type === 'checkpoint'));
checkpoints.subscribe(event => {
  seen++;
  process.stdout.write(`checkpoint ${event.checkpoint.seq}\n`);
});
await job.done;
process.stdout.write('done\n');

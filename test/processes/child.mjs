/**
 * A job of the built library in a process of its own: `node child.mjs FOLDER STORAGE STATE LIMIT`; STORAGE is files or lmdb, STATE where
 * it lies. Prints a line for what happens, so that its killer knows. It reads a little for each checkpoint, and after LIMIT of them no more: how
 * far it comes before it is killed is no matter of speed.
 */
import { join } from 'node:path';
import { filter, firstValueFrom } from 'rxjs';
import { boundedOutOfOrderness, eventTime, replayable, run, sum, tumbling, windowBy } from '../../dist/index.js';
import { lmdb, lmdbStorage } from '../../dist/lmdb.js';
import { fileSystem, jsonLines, toFile } from '../../dist/node.js';

const BATCHES = 5;

const [folder, kind, state, limit] = process.argv.slice(2);
const lines = jsonLines(join(folder, 'readings.jsonl'), { chunkBytes: 4096 });
let [read, seen] = [0, 0];
const slowly = replayable({
  async open(position) {
    const reader = await lines.source$.open(position);
    return {
      async read() {
        while (read >= BATCHES * (1 + Math.min(seen, Number(limit)))) {
          if (!(await firstValueFrom(checkpoints, { defaultValue: undefined }))) return undefined;
        }
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
  storage: kind === 'lmdb' ? lmdbStorage(state) : fileSystem(state),
  ...(kind === 'lmdb' ? { state: lmdb(join(folder, 'working'), { cache: 1 }) } : {}),
  checkpoints: { every: 5, minPause: 1, tolerableFailures: 1_000_000 },
});
const checkpoints = job.events.pipe(filter(event => event.type === 'checkpoint'));
const say = line => process.stdout.write(`${line}\n`);
job.events.subscribe(event => {
  if (event.type === 'started') say(`started ${event.restored ?? 0}`);
  if (event.type === 'checkpoint') {
    seen++;
    say(`checkpoint ${event.checkpoint.seq}`);
  }
  if (event.type === 'log' && event.event.type === 'aborted') say(`aborted ${event.event.error.code}`);
});
await job.done;
say('done');

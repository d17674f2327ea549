/**
 * A job of the built library with more state than the heap of its process has room for: `node --max-old-space-size=N heavyJob.mjs FOLDER STATE
 * STOP`. STATE is memory or lmdb. With STOP it stops when all has come, its windows open; without, it goes on to their end. Prints how
 * many elements it has read, and what has come of them.
 */
import { join } from 'node:path';
import { allOf, count, eventTime, last, memory, replayable, run, tumbling, windowBy } from '../../dist/index.js';
import { lmdb } from '../../dist/lmdb.js';
import { fileSystem } from '../../dist/node.js';

const [folder, state, stop] = process.argv.slice(2);
const KEYS = 60_000;
const BATCH = 500;
let read = 0;

/** Each key twice; a kilobyte of text for each. */
const source = replayable({
  open: (from = 0) => {
    let at = from;
    return {
      async read() {
        if (at >= 2 * KEYS) {
          if (stop === undefined) return undefined;
          void job.stop({ drain: true });
          return new Promise(() => undefined);
        }
        const start = at;
        at += BATCH;
        read += BATCH;
        const values = Array.from({ length: BATCH }, (_, i) => ({
          key: (start + i) % KEYS,
          text: `${start + i} `.repeat(120),
          at: start + i,
        }));
        return { values, positionAfter: taken => start + taken };
      },
    };
  },
});
let [panes, right] = [0, 0];
const texts = eventTime(source, { name: 'texts', timestamp: text => text.at }).pipe(
  windowBy(tumbling('1h'), { name: 'w', key: text => text.key, aggregate: allOf({ n: count(), text: last(text => text.text) }) }),
);
const job = run(texts, {
  name: 'heavy',
  storage: fileSystem(join(folder, 'state')),
  state: state === 'lmdb' ? lmdb(join(folder, 'working'), { cache: 2_000 }) : memory(),
  checkpoints: { every: '1h' },
});
job.values.subscribe(({ key, value }) => {
  panes++;
  if (value.n === 2 && value.text === `${key + KEYS} `.repeat(120)) right++;
});
await job.done;
console.log(JSON.stringify({ read, panes, right }));
process.exit(0);

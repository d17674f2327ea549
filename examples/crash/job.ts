/** The job: earthquakes of each network and day, from the feed into files. A process that is killed and started again goes on. */
import { join } from 'node:path';
import { allOf, boundedOutOfOrderness, count, eventTime, finals, max, replayable, run, tumbling, windowBy } from 'tidemark';
import { fileSystem, toFile } from 'tidemark/node';
import { readFeed } from '../earthquakes/feed.js';

const folder = process.argv[2] as string;
const quakes = readFeed();

/** The feed, some quakes at a time, so that there is time to be killed in. */
const slowly = replayable({
  open: (from: number = 0) => {
    let at = from;
    return {
      async read() {
        await new Promise(resolve => setTimeout(resolve, 4));
        const start = at;
        at = Math.min(quakes.length, at + 10);
        return at === start ? undefined : { values: quakes.slice(start, at), positionAfter: (taken: number) => start + taken };
      },
    };
  },
});

const perDay = eventTime(slowly, {
  name: 'quakes',
  timestamp: quake => quake.time,
  watermark: boundedOutOfOrderness('6h'),
  source: quake => quake.net,
}).pipe(
  windowBy(tumbling('1d'), {
    name: 'perDay',
    key: quake => quake.net,
    aggregate: allOf({ quakes: count(), strongest: max(quake => quake.mag) }),
    allowedLateness: '7d',
  }),
  finals(),
  toFile(join(folder, 'out'), {
    name: 'out',
    row: ({ key, window, value }) => ({ net: key, day: new Date(window.start).toISOString().slice(0, 10), ...value }),
  }),
);

const job = run(perDay, {
  name: 'earthquakes',
  storage: fileSystem(join(folder, 'state')),
  checkpoints: { every: '20ms', minPause: 0 },
});
job.events.subscribe(event => {
  if (event.type === 'started') process.send?.({ restored: event.restored });
  if (event.type === 'checkpoint') process.send?.({ checkpoint: event.checkpoint.seq });
});
await job.done;
process.disconnect?.();

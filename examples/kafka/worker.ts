/** One process of the job: takings of each shop and minute, from one topic into another. As many of them may run as there are partitions. */
import { filter } from 'rxjs';
import { boundedOutOfOrderness, run, sum, tumbling, windowBy } from 'tidemark';
import { fromKafka, json, kafkaJs, paneValue, toKafka } from 'tidemark/kafka';
import { fileSystem } from 'tidemark/node';
import { CLOSED, type Sale } from './sales.js';

const [address, folder] = process.argv.slice(2) as [string, string];

// Short, so that nobody waits long for a dead worker's share. In earnest 45 seconds, the default, bears more.
const kafka = kafkaJs({ brokers: address.split(',') }, { sessionTimeout: '3s', heartbeatInterval: '300ms' });

const takings = fromKafka(kafka, {
  name: 'sales',
  topic: 'sales',
  value: json<Sale>(),
  timestamp: ({ value }) => value.at,
  watermark: boundedOutOfOrderness('20s'),
}).pipe(
  filter(({ value }) => value.shop !== CLOSED),
  windowBy(tumbling('1m'), {
    name: 'perMinute',
    key: ({ value }) => value.shop,
    aggregate: sum(({ value }) => value.cents),
    allowedLateness: '2m',
  }),
  toKafka(kafka, { name: 'takings', topic: 'takings', value: paneValue(json()) }),
);

const job = run(takings, { name: 'takings', storage: fileSystem(folder), checkpoints: { every: '250ms', minPause: '50ms' } });
job.events.subscribe(event => {
  if (event.type !== 'task') return;
  if (event.event.type === 'started') process.send?.({ task: event.task, restored: event.event.restored });
});
process.once('SIGTERM', () => void job.stop({ drain: true }));
await job.done;
await kafka.close();
process.disconnect?.();

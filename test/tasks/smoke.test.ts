import { expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { run } from '../../src/job/run.js';
import { json } from '../../src/kafka/codec.js';
import { memoryKafka } from '../../src/kafka/memoryKafka.js';
import { paneValue } from '../../src/kafka/paneRecord.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { memoryStorage } from '../../src/storages/memoryStorage.js';
import { fromKafka } from '../../src/tasks/fromKafka.js';
import { toKafka } from '../../src/tasks/toKafka.js';
import { tumbling } from '../../src/windows/tumbling.js';

it('works', async () => {
  const kafka = memoryKafka({ topics: { clicks: 4, counts: 2 } });
  const storage = memoryStorage();
  for (let i = 0; i < 100; i++) kafka.write([{ topic: 'clicks', key: `k${i % 10}`, value: JSON.stringify({ user: `k${i % 10}` }), timestamp: i }]);
  const member = () => {
    const client = kafka.client();
    const job = run(
      fromKafka(client, { name: 'clicks', topic: 'clicks', value: json<{ user: string }>() }).pipe(
        windowBy(tumbling(20), { name: 'perUser', key: click => click.value.user, aggregate: count() }),
        toKafka(client, { name: 'counts', topic: 'counts', value: paneValue(json()) }),
      ),
      { name: 'job', storage },
    );
    job.events.subscribe(e => console.log(JSON.stringify(e)));
    return { client, job };
  };
  const a = member();
  for (let i = 0; i < 50; i++) await new Promise(r => setImmediate(r));
  await a.job.checkpoint();
  console.log(kafka.read('counts').length);
  const b = member();
  for (let i = 0; i < 50; i++) await new Promise(r => setImmediate(r));
  await b.job.checkpoint();
  await a.job.stop({ drain: true });
  for (let i = 0; i < 50; i++) await new Promise(r => setImmediate(r));
  await b.job.checkpoint();
  await b.job.stop();
  console.log(kafka.read('counts').map(r => `${r.key} ${r.value} ${r.timestamp}`).length);
  console.log(await kafka.client().committed('job', [{ topic: 'clicks', partition: 0 }]));
});

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { toCallback } from '../../src/job/toCallback.js';
import { toFile } from '../../src/job/toFile.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { lmdb } from '../../src/storages/lmdb.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { World } from './harness.js';
import { numbersOf, records } from './support.js';

it('is a job by itself: its name is the task, its sinks keep apart what tasks write, and so does working state', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-'));
  try {
    const world = new World({ in: 2 });
    world.kafka.write([...records([1, 2, 30], 0), ...records([3, 30], 1)]);
    const ids: string[] = [];
    world.start(
      client =>
        numbersOf(client).pipe(
          windowBy(tumbling(10), { name: 'w', key: ({ value }) => value % 2, aggregate: count() }),
          toFile(join(folder, 'out'), { name: 'file' }),
          toCallback((_pane, { id }) => void ids.push(id), { name: 'log' }),
        ),
      { state: lmdb(join(folder, 'state')) },
    );
    await world.until(() => ids.length === 3, 'rows', 1_000_000);
    expect(new Set(ids.map(id => id.split('/').slice(0, 2).join('/')))).toEqual(new Set(['job/0', 'job/1']));
    const files = async (task: string) => (await readdir(join(folder, 'out', task))).filter(name => name.endsWith('.jsonl'));
    while ((await files('0')).length + (await files('1')).length < 2) await world.turn();
    expect((await readdir(join(folder, 'state'))).filter(name => name.endsWith('.mdb'))).toHaveLength(2);
    expect(await world.storage.listJobs()).toEqual(['job/0', 'job/1']);
    await world.end();
  } finally {
    await rm(folder, { recursive: true });
  }
});

import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { count, eventTime, memoryStorage, replayable, run, tumbling, windowBy } from '../../src/index.js';
import type { SinkStream } from '../../src/job/defineSink.js';
import { toFile } from '../../src/job/toFile.js';
import { fileSystem } from '../../src/node.js';
import { refusal } from '../support.js';
import { failure } from './support.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-'));
});
afterEach(() => rm(folder, { recursive: true }));

const numbers = (values: readonly number[]) => eventTime(replayable(values.map(at => ({ at }))), { name: 's', timestamp: e => e.at });

async function lines(out: string): Promise<unknown[]> {
  const files = (await readdir(out)).filter(name => name.endsWith('.jsonl')).sort();
  const texts = await Promise.all(files.map(file => readFile(join(out, file), 'utf8')));
  return texts
    .join('')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as unknown);
}

describe('toFile', () => {
  it('writes rows when they are durable, a file for each checkpoint that has some', async () => {
    const out = join(folder, 'out');
    const storage = memoryStorage();
    await run(numbers([1, 2]).pipe(toFile(out, { name: 'out' })), { name: 'job', storage }).done;
    expect(await lines(out)).toEqual([{ at: 1 }, { at: 2 }]);
    await run(numbers([1, 2, 3]).pipe(toFile(out, { name: 'out' })), { name: 'job', storage }).done;
    expect(await lines(out)).toEqual([{ at: 1 }, { at: 2 }, { at: 3 }]);
    expect((await readdir(out)).filter(name => !/^\d{12}\.jsonl$/.test(name))).toEqual([
      expect.stringMatching(/^\.committed-\d{12}\.4-1\.[-\w]+$/),
      '.fence-000000000002',
      '.owner',
    ]);
  });

  it('leaves nothing of dead owners, and refuses to begin anew behind what is committed', async () => {
    const out = join(folder, 'out');
    const storage = fileSystem(join(folder, 'state'));
    const counts = numbers([1, 2]).pipe(
      windowBy(tumbling(10), { name: 'w', aggregate: count() }),
      toFile(out, { name: 'out', row: p => p.value }),
    );
    await run(counts, { name: 'job', storage }).done;
    await writeFile(join(out, '.pending-9-9'), 'torn');
    await run(counts, { name: 'job', storage }).done;
    expect(await lines(out)).toEqual([2]);
    // The state is lost, the rows are there.
    await expect(run(counts, { name: 'job', storage: memoryStorage() }).done).rejects.toMatchObject({ code: 'NEEDS_OPERATOR' });
  });

  it('commits again what it has committed before a crash, and does not take a lost file for that', async () => {
    const out = join(folder, 'out');
    const work = () => {
      const stream = numbers([]).pipe(toFile(out, { name: 'out' })) as SinkStream<{ at: number }>;
      return stream.definition.create({
        job: 'job',
        run: 'r',
        relieve: () => undefined,
        checkpoint: () => undefined,
        fail: () => undefined,
      });
    };
    const first = work();
    await first.fence(1);
    first.write({ at: 1 }, 1);
    first.write({ at: 1 }, -1);
    const kept = first.rotate('1-1');
    await first.prepare('1-1', 0);
    await first.commit('1-1', 2, kept);
    const second = work();
    await second.fence(2);
    await second.commit('1-1', 2, kept);
    expect([await lines(out), await second.lastCommitted()]).toEqual([[{ at: 1 }, { withdrawn: { at: 1 } }], 2]);
    second.write({ at: 2 }, 1);
    await expect(second.commit('2-1', 3, second.rotate('2-1'))).rejects.toMatchObject({
      code: 'NEEDS_OPERATOR',
      message: expect.stringContaining('the rows of checkpoint 3 are gone'),
    });
    // Whoever reads files may take them away.
    await unlink(join(out, '000000000002.jsonl'));
    const third = work();
    await third.fence(3);
    await third.commit('1-1', 2, kept);
    expect(await third.lastCommitted()).toBe(2);
  });

  it('refuses the folder of another job, or of another sink, and rows that JSON has no word for', async () => {
    const out = join(folder, 'out');
    await run(numbers([1]).pipe(toFile(out, { name: 'out' })), { name: 'job' }).done;
    const other = await failure(run(numbers([1]).pipe(toFile(out, { name: 'out' })), { name: 'other' }).done);
    expect(other.message).toContain('is that of another sink, {"job":"job","sink":"out"}. Give each sink a folder');
    expect(other.message).toContain(
      'To go on in this one with a savepoint, keep the names of job and sink, and give the job another storage.',
    );
    const twice = numbers([1]).pipe(toFile(out, { name: 'out' }), toFile(out, { name: 'second' }));
    expect(await failure(run(twice, { name: 'job' }).done)).toMatchObject({ code: 'BAD_OPTION' });
    expect(await lines(out)).toEqual([{ at: 1 }]);
    const nothing = run(numbers([1]).pipe(toFile(join(folder, 'b'), { name: 'b', row: () => undefined })), { name: 'nothing' });
    expect((await failure(nothing.done)).message).toContain('toFile "b": the row for {"at":1} is nothing that JSON');
  });

  it('gives rows back by hand, so that an older program goes on with a savepoint', async () => {
    const out = join(folder, 'out');
    const of = (values: readonly number[], by: number) => {
      const stream = eventTime(replayable(values), { name: 's', timestamp: n => n });
      return stream.pipe(toFile<number>(out, { name: 'out', row: n => n * by }));
    };
    const old = { name: 'job', storage: memoryStorage(), atEnd: 'pause' as const };
    await run(of([1], 1), old).done;
    const savepoint = await run(of([1, 2], 1), old).stop({ savepoint: 'before' });
    await run(of([1, 2, 3, 4], 100), old).done;
    const held = savepoint.sources[0]?.position as number;
    expect(await lines(out)).toEqual([1, 2, 3, 4].map((n, i) => (i < held ? n : n * 100)));
    const back = () => run(of([1, 2, 3, 4], 1), { name: 'job', storage: memoryStorage(), from: savepoint }).done;
    expect(await failure(back())).toMatchObject({ code: 'NEEDS_OPERATOR' });
    for (const file of await readdir(out))
      if (file.startsWith('.committed-') || Number(/^\d+(?=\.jsonl$)/.exec(file)?.[0] ?? 0) > savepoint.checkpoint)
        await unlink(join(out, file));
    await back();
    expect(await lines(out)).toEqual([1, 2, 3, 4]);
  });

  it('refuses a path that is none', () => {
    expect(refusal(() => toFile('', { name: 'out' }))).toContain('toFile: its first argument must be the path of a folder');
  });

  it('has room for so many rows between two checkpoints', () => {
    const asked: string[] = [];
    const stream = numbers([]).pipe(toFile(join(folder, 'out'), { name: 'out', room: 2 })) as SinkStream<{ at: number }>;
    const sink = stream.definition.create({ job: 'job', run: 'r', relieve() {}, checkpoint: () => void asked.push('soon'), fail() {} });
    sink.write({ at: 1 }, 1);
    sink.write({ at: 2 }, 1);
    expect([sink.room, asked]).toEqual([0, ['soon']]);
    sink.rotate('1-1');
    expect(sink.room).toBe(2);
  });
});

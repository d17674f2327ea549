import { tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { eventTime, memoryStorage, replayable, run } from '../../src/index.js';
import type { SinkStream } from '../../src/job/defineSink.js';
import { toCallback } from '../../src/job/toCallback.js';
import { refusal } from '../support.js';
import { failure } from './support.js';

const numbers = () => eventTime(replayable([{ at: 1 }, { at: 2 }]), { name: 's', timestamp: e => e.at });

/** Without what is by chance. */
const plain = (id: string): string => id.replace(/-[0-9a-f]{8}\//, '/');

describe('toCallback', () => {
  it('hands out each row once it is durable, with an id of its own', async () => {
    const got: unknown[] = [];
    await run(numbers().pipe(toCallback((value, { id, withdrawn }) => void got.push([value.at, plain(id), withdrawn]), { name: 'out' })), {
      name: 'job',
    }).done;
    expect(got).toEqual([
      [1, 'job/out/1-1/0', false],
      [2, 'job/out/1-1/1', false],
    ]);
  });

  it('hands out again, with the same ids, what it may not have handed out', async () => {
    const storage = memoryStorage();
    const got: string[] = [];
    const start = (broken: boolean) =>
      run(
        numbers().pipe(
          toCallback(
            (_value, { id }) => {
              got.push(id);
              if (broken && id.endsWith('/1')) throw new Error('unreachable');
            },
            { name: 'out' },
          ),
        ),
        { name: 'job', storage, checkpoints: { timeout: '5s' } },
      );
    expect((await failure(start(true).done)).message).toContain('unreachable');
    const [before] = got.splice(0);
    await start(false).done;
    expect(got.map(plain)).toEqual(['job/out/1-1/0', 'job/out/1-1/1']);
    expect(got[0]).toBe(before);
  });

  it('gives no id twice, though the storage begins anew', async () => {
    const got: string[] = [];
    const start = () => run(numbers().pipe(toCallback((_value, { id }) => void got.push(id), { name: 'out' })), { name: 'job' }).done;
    await start();
    await start();
    expect([got.length, new Set(got).size]).toEqual([4, 4]);
  });

  it('hands out rows of checkpoints that know of no run, under the ids that they had', async () => {
    const got: string[] = [];
    const stream = numbers().pipe(toCallback((_value, { id }) => void got.push(id), { name: 'out' })) as SinkStream<{ at: number }>;
    const sink = stream.definition.create({ job: 'job', run: 'r', relieve() {}, checkpoint() {}, fail() {} });
    await sink.commit('1-1', 2, [{ value: 1, withdrawn: false }]);
    expect(got).toEqual(['job/out/1-1/0']);
  });

  it('hands out one row after the other, also when a checkpoint takes longer than it may, and none when the job is over', async () => {
    const storage = memoryStorage();
    const got: string[] = [];
    let release = (): void => undefined;
    let begin: () => void;
    const begun = new Promise<void>(resolve => (begin = resolve));
    const start = (slow: boolean) =>
      run(
        numbers().pipe(
          toCallback(
            async (_value, { id }) => {
              got.push(id);
              begin();
              if (slow) await new Promise<void>(resolve => (release = resolve));
            },
            { name: 'out' },
          ),
        ),
        { name: 'job', storage, checkpoints: { timeout: 20 } },
      );
    const done = failure(start(true).done);
    await begun;
    expect((await done).message).toContain('took longer than 20 ms');
    release();
    await new Promise(resolve => setImmediate(resolve));
    expect(got.map(plain)).toEqual(['job/out/1-1/0']);
    got.length = 0;
    await start(false).done;
    expect(got.map(plain)).toEqual(['job/out/1-1/0', 'job/out/1-1/1']);
  });

  it('goes on with the row that failed, and not with those before it', async () => {
    const got: string[] = [];
    const sink = toCallback(
      (_value, { id }) => {
        got.push(id);
        if (got.length === 2) throw new Error('unreachable');
      },
      { name: 'out' },
    );
    await run(numbers().pipe(sink), { name: 'job' }).done;
    expect(got.map(id => id.at(-1))).toEqual(['0', '1', '1']);
  });

  it('holds its source while too many rows wait, and asks for a checkpoint', async () => {
    let waiting = 0;
    let most = 0;
    const sink = toCallback<{ at: number }>(() => void waiting--, { name: 'out', room: 10 });
    const many = Array.from({ length: 200 }, (_, at) => ({ at }));
    const rows = eventTime(replayable(many), { name: 's', timestamp: e => e.at }).pipe(
      tap(() => {
        waiting++;
        most = Math.max(most, waiting);
      }),
      sink,
    );
    const job = run(rows, { name: 'job', checkpoints: { every: '1h', minPause: 0 } });
    let checkpoints = 0;
    job.events.subscribe(event => event.type === 'checkpoint' && checkpoints++);
    await job.done;
    // Ten wait for a barrier, and those before them are on their way out.
    expect([waiting, most <= 20, checkpoints >= 19]).toEqual([0, true, true]);
    expect(refusal(() => toCallback(() => undefined, { name: 'out', room: 0 }))).toContain('toCallback: room');
  });

  it('says how far it has come', async () => {
    const stream = numbers().pipe(toCallback(() => undefined, { name: 'out' })) as SinkStream<{ at: number }>;
    const sink = stream.definition.create({ job: 'job', run: 'r', relieve() {}, checkpoint() {}, fail() {} });
    expect([sink.room, sink.progress?.()]).toEqual([100_000, 0]);
    await sink.commit('1-1', 2, [{ value: 1, withdrawn: false }]);
    expect(sink.progress?.()).toBe(1);
  });

  it('is not begun anew when the storage has lost what the receiver has: ids would stand for other rows', async () => {
    const receiver = new Map<string, number>();
    let newest = 0;
    const start = (storage = memoryStorage(), lastDelivered: () => number | Promise<number> = async () => newest) => {
      const sink = toCallback<{ at: number }>(
        (value, { id, checkpoint }) => {
          receiver.set(id, value.at);
          newest = checkpoint;
        },
        { name: 'out', lastDelivered },
      );
      return run(numbers().pipe(sink), { name: 'job', storage });
    };
    const storage = memoryStorage();
    await start(storage).done;
    expect([newest, receiver.size]).toEqual([2, 2]);
    await start(storage).done;
    const empty = memoryStorage();
    // However often it is tried.
    for (let i = 0; i < 4; i++) {
      const error = await failure(start(empty).done);
      expect(error).toMatchObject({ code: 'NEEDS_OPERATOR', message: expect.stringContaining('a restart would say rows again') });
    }
    expect(receiver.size).toBe(2);
    expect((await failure(start(empty, () => 1.5).done)).message).toContain(
      'toCallback "out": lastDelivered must be the number of a checkpoint',
    );
  });

  it('refuses what is no function, and other options', () => {
    expect(refusal(() => toCallback(5 as never, { name: 'out' }))).toContain('toCallback: its first argument must be a function');
    expect(refusal(() => toCallback(() => undefined, { name: 'out', often: true } as never))).toContain('there is no option "often"');
    expect(refusal(() => toCallback(() => undefined, { name: 'out', lastDelivered: 5 as never }))).toContain(
      'lastDelivered must be a function',
    );
    expect(refusal(() => toCallback(() => undefined, {} as never))).toContain('toCallback: name must be a text');
  });
});

import { of } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { count, eventTime, memoryStorage, replayable, run, toCallback, tumbling, union, windowBy } from '../../src/index.js';
import { refusal } from '../support.js';

const clicks = () =>
  eventTime(
    replayable([
      { user: 'ann', at: 5 },
      { user: 'bob', at: 8 },
      { user: 'ann', at: 9 },
    ]),
    { name: 'clicks', timestamp: c => c.at },
  );

describe('run', () => {
  it('runs to the end of its sources, and hands out rows once', async () => {
    const storage = memoryStorage();
    const rows: unknown[] = [];
    const start = () =>
      run(
        clicks().pipe(
          windowBy(tumbling('1h'), { name: 'perUser', key: c => c.user, aggregate: count() }),
          toCallback(pane => void rows.push([pane.key, pane.value]), { name: 'out' }),
        ),
        { name: 'clicks', storage },
      );
    await start().done;
    expect(rows).toEqual([
      ['ann', 2],
      ['bob', 1],
    ]);
    rows.length = 0;
    // It has ended as it should, and the log says so.
    await start().done;
    expect(rows).toEqual([]);
  });

  it("reads on where it paused, with its windows open, if the end is only that for now: atEnd: 'pause'", async () => {
    const storage = memoryStorage();
    const rows: unknown[] = [];
    const start = (ats: readonly number[], others: readonly number[]) => {
      const read = (name: string, times: readonly number[]) =>
        eventTime(replayable(times.map(at => ({ at }))), { name, timestamp: e => e.at, maxFuture: false });
      const windows = union(read('a', ats), read('b', others)).pipe(windowBy(tumbling(10), { name: 'w', aggregate: count() }));
      return run(windows.pipe(toCallback(pane => void rows.push([pane.window.start, pane.value]), { name: 'out' })), {
        name: 'j',
        storage,
        atEnd: 'pause',
      });
    };
    const first = start([1, 2, 12], [3]);
    await first.done;
    expect([first.status.state, rows]).toEqual(['stopped', []]);
    await start([1, 2, 12, 13, 25], [3, 14, 21]).done;
    expect(rows).toEqual([
      [0, 3],
      [10, 3],
    ]);
    expect(refusal(() => run(clicks(), { name: 'j', atEnd: 'stop' as never }))).toContain('run: atEnd must be one of complete, pause');
  });

  it('may lose a sink, and get another one, after it has been stopped', async () => {
    const storage = memoryStorage();
    const seen: string[] = [];
    const start = (sink: string) =>
      run(clicks().pipe(toCallback(click => void seen.push(`${sink} ${click.user}`), { name: sink })), { name: 'clicks', storage });
    await start('a').done;
    await start('b').done;
    expect(seen.length).toBe(3);
    expect(new Set(seen.map(text => text.slice(0, 2)))).toEqual(new Set(['a ']));
  });

  it.each([
    ['a stream with event time', () => run(of(1) as never, { name: 'j' }), 'a stream with event time'],
    ['a pipeline', () => run([], { name: 'j' }), 'a pipeline or several'],
    ['a name', () => run(clicks(), {} as never), 'run: name must be a text that is not empty'],
    ['options that exist', () => run(clicks(), { name: 'j', stat: 1 } as never), 'there is no option "stat"'],
    ['a working state', () => run(clicks(), { name: 'j', state: 1 } as never), "run: state must be memory() or lmdb('./working')"],
    ['a storage', () => run(clicks(), { name: 'j', storage: {} as never }), 'a storage, such as memoryStorage()'],
    ['a duration', () => run(clicks(), { name: 'j', checkpoints: { every: '5 min' as never } }), 'run "j": checkpoints: every'],
    ['whole numbers', () => run(clicks(), { name: 'j', checkpoints: { tolerableFailures: -1 } }), 'a whole number, 0 or more'],
    ['one to keep', () => run(clicks(), { name: 'j', checkpoints: { retain: 0 } }), 'retain must be at least 1'],
    ['checkpoints that exist', () => run(clicks(), { name: 'j', checkpoints: { each: 1 } as never }), 'there is no option "each"'],
    ['a clock', () => run(clicks(), { name: 'j', clock: {} as never }), 'run: clock must be a clock, with now() and at(time, task)'],
    ['a clock that is none', () => run(clicks(), { name: 'j', clock: Date as never }), 'run: clock must be a clock'],
    ['a signal', () => run(clicks(), { name: 'j', signal: {} as never }), 'run: signal must be an AbortSignal'],
    ['a list', () => run(clicks(), { name: 'j', allowDropped: 'w' as never }), 'run: allowDropped must be an array'],
  ])('asks for %s', (_what, make, message) => {
    expect(refusal(make)).toContain(message);
  });

  it('lets go of its signal at the end', async () => {
    const { signal } = new AbortController();
    const [adds, removes] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')];
    await run(clicks(), { name: 'j', signal }).done;
    expect(adds).toHaveBeenCalledTimes(1);
    expect(removes.mock.calls[0]?.slice(0, 2)).toEqual(adds.mock.calls[0]?.slice(0, 2));
  });
});

import { describe, expect, it } from 'vitest';
import {
  afterCount,
  afterWatermark,
  eventTime,
  every,
  memoryStorage,
  type Pane,
  paneId,
  replayable,
  run,
  session,
  sum,
  tumbling,
  windowBy,
} from '../../src/index.js';
import { toMap } from '../../src/job/toMap.js';
import { manualClock } from '../../src/testing/index.js';
import { refusal } from '../support.js';
import { failure } from './support.js';

type Board = Pane<undefined, number>;

const elements = [{ at: 0 }, { at: 40 }, { at: 20 }, { at: 200 }];
const sessions = (accumulation: 'accumulating' | 'retracting') =>
  eventTime(replayable(elements), { name: 's', timestamp: e => e.at, maxFuture: false }).pipe(
    windowBy(session(30), {
      name: 'w',
      aggregate: sum(() => 1),
      accumulation,
      trigger: afterWatermark({ early: afterCount(1) }),
      allowedLateness: 1000,
    }),
  );

/** A map that answers later. */
class LaterMap {
  readonly map = new Map<string, Board>();

  async get(key: string): Promise<Board | undefined> {
    return this.map.get(key);
  }

  async set(key: string, pane: Board): Promise<void> {
    await new Promise(resolve => setImmediate(resolve));
    this.map.set(key, pane);
  }

  async delete(key: string): Promise<void> {
    this.map.delete(key);
  }
}

const shown = (map: Map<string, Board>): string[] =>
  [...map.values()].map(({ window, value }) => `${window.start}-${window.end} ${value}`).sort();

describe('toMap', () => {
  it.each(['accumulating', 'retracting'] as const)('keeps the newest panes, and not those that became part of another: %s', async mode => {
    const map = new Map<string, Board>();
    await run(sessions(mode).pipe(toMap<Board>(map, { name: 'out' })), { name: 'job' }).done;
    expect(shown(map)).toEqual(['0-70 3', '200-230 1']);
  });

  it('writes into a map that answers later, in order, and waits for it', async () => {
    const later = new LaterMap();
    await run(sessions('retracting').pipe(toMap<Board>(later, { name: 'out' })), { name: 'job' }).done;
    expect(shown(later.map)).toEqual(['0-70 3', '200-230 1']);
  });

  it('shows the last pane also where the clock made more early ones before a crash than after it', async () => {
    const map = new Map<string, Board>();
    const storage = memoryStorage();
    const start = (crashAt: number, ticks: boolean): Promise<void> => {
      const clock = manualClock(0);
      const source = replayable<{ at: number }>({
        open(from = 0) {
          let position = from;
          return {
            async read() {
              if (ticks) clock.advanceTo(position + 1);
              if (position === crashAt) await job.stop();
              if (position === 4) return undefined;
              const after = ++position;
              return { values: [{ at: after }], positionAfter: () => after };
            },
          };
        },
      });
      const job = run(
        eventTime(source, { name: 's', timestamp: e => e.at, clock }).pipe(
          windowBy(tumbling(100), { name: 'w', aggregate: sum(() => 1), trigger: afterWatermark({ early: every(1) }) }),
          toMap<Board>(map, { name: 'out' }),
        ),
        { name: 'job', storage },
      );
      return job.done;
    };
    await start(3, true);
    expect([...map.values()].map(({ timing, value }) => [timing, value])).toEqual([['early', 3]]);
    await start(5, false);
    expect([...map.values()].map(({ timing, value }) => [timing, value])).toEqual([['on-time', 4]]);
  });

  it('refuses windows that discard, unless it is said by what their panes are kept', () => {
    const parts = () =>
      eventTime(replayable(elements), { name: 's', timestamp: e => e.at }).pipe(
        windowBy(tumbling(100), { name: 'w', aggregate: sum(() => 1), accumulation: 'discarding' }),
      );
    const map = new Map<string, Board>();
    expect(refusal(() => parts().pipe(toMap<Board>(map, { name: 'out' })))).toContain(
      "toMap: accumulation upstream must be 'accumulating'",
    );
    parts().pipe(toMap<Board>(map, { name: 'out', key: paneId }));
  });

  it('is not moved by what comes again', async () => {
    const map = new Map<string, Board>();
    for (let i = 0; i < 2; i++) await run(sessions('accumulating').pipe(toMap<Board>(map, { name: 'out' })), { name: 'job' }).done;
    expect(shown(map)).toEqual(['0-70 3', '200-230 1']);
  });

  it('takes a key of its own', async () => {
    const map = new Map<number, Board>();
    await run(sessions('retracting').pipe(toMap<Board, number>(map, { name: 'out', key: pane => pane.window.start })), { name: 'job' })
      .done;
    expect([...map.keys()].sort()).toEqual([0, 200]);
  });

  it('fails the job when the map does, and refuses what is no pane', async () => {
    const broken = { get: () => undefined, set: () => Promise.reject(new Error('full')), delete: () => undefined };
    expect((await failure(run(sessions('accumulating').pipe(toMap<Board>(broken, { name: 'out' })), { name: 'job' }).done)).message).toBe(
      'full',
    );
    const plain = eventTime(replayable(elements), { name: 's', timestamp: e => e.at, maxFuture: false });
    const job = run(plain.pipe(toMap<any>(new Map(), { name: 'out' })), { name: 'job' });
    expect((await failure(job.done)).message).toContain('toMap "out": each value must be a pane');
    expect(refusal(() => toMap({} as never, { name: 'out' }))).toContain("toMap: the map's get must be a function");
  });
});

import fc from 'fast-check';
import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  boundedOutOfOrderness,
  count,
  eventTime,
  finals,
  mapAsync,
  memoryStorage,
  replayable,
  run,
  session,
  sliding,
  sum,
  toCallback,
  tumbling,
  union,
  windowBy,
} from '../../src/index.js';

interface Reading {
  readonly key: string;
  readonly at: number;
  readonly value: number;
}

describe('run', () => {
  it('runs to the end of its sources, and hands out rows once', async () => {
    const rows: unknown[] = [];
    const clicks = eventTime(
      replayable([
        { user: 'ann', at: 5 },
        { user: 'bob', at: 8 },
        { user: 'ann', at: 9 },
      ]),
      { name: 'clicks', timestamp: c => c.at },
    );
    const counts = clicks.pipe(
      windowBy(tumbling('1h'), { name: 'perUser', key: c => c.user, aggregate: count() }),
      toCallback((pane: any) => void rows.push([pane.key, pane.value]), { name: 'out' }),
    );
    const job = run(counts, { name: 'clicks' });
    await job.done;
    expect(rows).toEqual([
      ['ann', 2],
      ['bob', 1],
    ]);
    expect(job.status.state).toBe('completed');
  });
});

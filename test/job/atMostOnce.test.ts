import { lastValueFrom, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { count, eventTime, run, tumbling, windowBy } from '../../src/index.js';
import { atMostOnce } from '../../src/job/atMostOnce.js';

it('is the source as it comes', async () => {
  expect(await lastValueFrom(atMostOnce([1, 2]).pipe(toArray()))).toEqual([1, 2]);
});

it('is what a job needs to hear of a source without positions', async () => {
  const panes: number[] = [];
  const clicks = eventTime(atMostOnce([{ at: 1 }, { at: 2 }]), { name: 'clicks', timestamp: c => c.at });
  const job = run(clicks.pipe(windowBy(tumbling(10), { name: 'w', aggregate: count() })), { name: 'job' });
  job.values.subscribe(pane => panes.push(pane.value));
  await job.done;
  expect(panes).toEqual([2]);
});

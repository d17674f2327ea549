import { expect, it } from 'vitest';
import { count, eventTime, memory, replayable, run, tumbling, windowBy } from '../../src/index.js';

it('memory leaves windows to the machines that they have', async () => {
  const state = memory();
  expect(state.name).toBe('memory()');
  const open = await state.open();
  expect(open.machine('w', {} as never)).toBeUndefined();
  await open.close();
  const values: number[] = [];
  const counts = eventTime(replayable([{ at: 1 }, { at: 2 }]), { name: 's', timestamp: e => e.at }).pipe(
    windowBy(tumbling(10), { name: 'w', aggregate: count() }),
  );
  const job = run(counts, { name: 'job', state });
  job.values.subscribe(pane => values.push(pane.value));
  await job.done;
  expect(values).toEqual([2]);
});

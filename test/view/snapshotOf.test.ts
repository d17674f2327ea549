import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../src/view/snapshotOf.js';
import { failure } from '../job/support.js';
import { all, click, Inflow, perTen, runJob, visits } from './support.js';

describe('a snapshot', () => {
  it('holds one instant of all operators, until it is closed', async () => {
    const inflow = new Inflow();
    const job = runJob(inflow);
    inflow.add(click('a', 1), click('a', 2));
    await job.view(all, { atLeast: { clicks: 2 } }).get(undefined);
    const snapshot = await snapshotOf(job);
    inflow.add(click('a', 3), click('a', 90));
    await job.view(all, { atLeast: { clicks: 4 } }).get(undefined);
    expect(await job.view(perTen, { read: snapshot }).get('a', 1)).toMatchObject({
      value: 2,
      level: 'snapshot',
      watermark: -2,
      status: 'open',
    });
    expect((await job.view(visits, { read: snapshot }).get('a', 1)).value).toBe(2);
    expect((await job.view(perTen, { read: snapshot }).entries()).entries).toHaveLength(1);
    expect((await job.view(perTen).get('a', 1)).status).toBe('expired');
    snapshot.close();
    snapshot.close();
    expect(await failure(job.view(perTen, { read: snapshot }).get('a', 1))).toMatchObject({ code: 'NOT_NOW' });
    expect(await failure(job.view(perTen, { read: snapshot }).entries())).toMatchObject({ code: 'NOT_NOW' });
    await job.stop();
  });

  it('waits for the start, and is refused at the end', async () => {
    const job = runJob(new Inflow());
    using snapshot = await snapshotOf(job);
    expect(snapshot.checkpoint).toBeUndefined();
    await job.stop();
    expect(await failure(snapshotOf(job))).toMatchObject({ code: 'NOT_NOW' });
    expect(await failure(snapshotOf({} as any))).toMatchObject({ code: 'BAD_OPTION' });
  });
});

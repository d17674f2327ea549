import { describe, expect, it } from 'vitest';
import { memoryStorage } from '../../src/storages/memoryStorage.js';
import { failure } from '../job/support.js';
import { all, click, Inflow, perTen, runJob, turns } from './support.js';

describe('committed state', () => {
  it('is that of the newest checkpoint, whatever has come since', async () => {
    const inflow = new Inflow();
    const job = runJob(inflow);
    const view = job.view(perTen, { read: 'committed' });
    inflow.add(click('a', 1), click('a', 2));
    await job.view(all, { atLeast: { clicks: 2 } }).get(undefined);
    expect(await view.get('a', 1)).toMatchObject({ value: 2, level: 'committed', checkpoint: 2 });
    inflow.add(click('a', 3));
    await job.view(all, { atLeast: { clicks: 3 } }).get(undefined);
    expect(view.local.get('a', 1).value).toBe(2);
    expect((await job.view(perTen).get('a', 1)).value).toBe(3);
    await job.checkpoint();
    expect(view.local.get('a', 1)).toMatchObject({ value: 3, checkpoint: 3 });
    await job.stop();
  });

  it('is there from the start where the job goes on from a checkpoint', async () => {
    const inflow = new Inflow();
    const storage = memoryStorage();
    const first = runJob(inflow, { storage });
    inflow.add(click('a', 1), click('a', 2));
    await first.view(all, { atLeast: { clicks: 2 } }).get(undefined);
    await first.stop({ drain: true });
    const job = runJob(inflow, { storage });
    const answer = await job.view(perTen, { read: 'committed' }).get('a', 1);
    expect(answer).toMatchObject({ value: 2, checkpoint: job.status.checkpoint });
    const checkpoints: number[] = [];
    job.events.subscribe(event => event.type === 'checkpoint' && checkpoints.push(event.checkpoint.seq));
    expect(checkpoints).toEqual([]);
    await job.stop();
  });

  it('is not there at once before a checkpoint, nor when all its views are closed', async () => {
    const inflow = new Inflow();
    const job = runJob(inflow);
    await turns();
    const view = job.view(perTen, { read: 'committed' });
    const thrown = (): unknown => {
      try {
        return view.local.get('a', 1);
      } catch (error) {
        return error;
      }
    };
    expect(thrown()).toMatchObject({ code: 'NOT_NOW' });
    const other = job.view(perTen, { read: 'committed' });
    await view.get('a', 1);
    expect(thrown()).toMatchObject({ status: 'none' });
    view.close();
    expect(other.local.get('a', 1).status).toBe('none');
    other.close();
    other.close();
    expect(thrown()).toMatchObject({ code: 'NOT_NOW' });
    await job.stop();
    expect(await failure(other.get('a', 1))).toMatchObject({ code: 'NOT_NOW' });
  });

  it('does not go back when a checkpoint fails', async () => {
    const inflow = new Inflow();
    const storage = memoryStorage();
    let broken = false;
    const put = storage.putChunk.bind(storage);
    storage.putChunk = (...args) => (broken ? Promise.reject(new Error('full')) : put(...args));
    const job = runJob(inflow, { storage });
    const view = job.view(perTen, { read: 'committed' });
    inflow.add(click('a', 1));
    await job.view(all, { atLeast: { clicks: 1 } }).get(undefined);
    const { checkpoint } = await view.get('a', 1);
    broken = true;
    inflow.add(click('a', 1));
    await job.view(all, { atLeast: { clicks: 2 } }).get(undefined);
    await failure(job.checkpoint());
    expect(view.local.get('a', 1)).toMatchObject({ value: 1, checkpoint });
    broken = false;
    await job.checkpoint();
    expect(view.local.get('a', 1)).toMatchObject({ value: 2 });
    await job.stop();
  });
});

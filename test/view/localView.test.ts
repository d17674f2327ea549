import { describe, expect, it } from 'vitest';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { all, click, Inflow, perFive, perTen, runJob, visits } from './support.js';

async function taken(inflow: Inflow, job: ReturnType<typeof runJob>): Promise<void> {
  await job.view(all, { atLeast: { clicks: inflow.clicks.length } }).get(undefined);
}

describe('reads at once', () => {
  it('say what there is of a window, before it has fired, when it has, and when it is gone', async () => {
    const inflow = new Inflow();
    const job = runJob(inflow);
    const { local } = job.view(perTen);
    inflow.add(click('a', 1, 5), click('a', 12));
    await taken(inflow, job);
    const first = { start: 0, end: 10 };
    expect(local.get('a', first)).toEqual({
      ...{ key: 'a', window: first, value: 5, status: 'open', expires: 22, pane: undefined, fresh: true },
      ...{ watermark: 8, level: 'latest', checkpoint: undefined, epoch: 1 },
    });
    inflow.add(click('a', 15));
    await taken(inflow, job);
    const pane = { index: 0, nonSpeculativeIndex: 0, timing: 'on-time' };
    expect(local.get('a', 9)).toMatchObject({ value: 5, status: 'complete', pane, fresh: false });
    inflow.add(click('a', 2, 3));
    await taken(inflow, job);
    expect(local.get('a', 9)).toMatchObject({ value: 8, pane: { index: 1, nonSpeculativeIndex: 1, timing: 'late' } });
    inflow.add(click('b', 40));
    await taken(inflow, job);
    expect(local.get('a', first)).toMatchObject({ status: 'expired', value: undefined, window: first });
    expect(local.get('a', 9)).toMatchObject({ status: 'expired', window: undefined });
    expect(local.get('a', 45)).toMatchObject({ status: 'none' });
    expect(local.get('a', { start: 40, end: 50 })).toMatchObject({ status: 'none' });
    expect(local.get('nobody')).toMatchObject({ status: 'none', key: 'nobody' });
    await job.stop();
  });

  it('take the newest of several windows, and all of a key in order', async () => {
    const inflow = new Inflow();
    const job = runJob(inflow);
    inflow.add(click('a', 12), click('a', 20));
    await taken(inflow, job);
    expect(job.view(perFive).local.get('a', 12).window).toEqual({ start: 10, end: 25 });
    expect(job.view(perFive).local.get('a').window).toEqual({ start: 20, end: 35 });
    expect(
      job
        .view(visits)
        .local.of('a')
        .map(({ window }) => window),
    ).toEqual([
      { start: 12, end: 17 },
      { start: 20, end: 25 },
    ]);
    expect(job.view(all).local.get(undefined)).toMatchObject({ value: 2, window: { end: END_OF_TIME } });
    await job.stop();
  });

  it('leave out what has said nothing, if told to', async () => {
    const inflow = new Inflow();
    const job = runJob(inflow);
    const { local } = job.view(perTen, { unfired: false });
    inflow.add(click('a', 1), click('a', 15));
    await taken(inflow, job);
    expect(local.get('a', 1).status).toBe('complete');
    expect(local.get('a', 15)).toMatchObject({ status: 'none', value: undefined });
    expect(local.of('a')).toHaveLength(1);
    await job.stop();
  });

  it('refuse to look into a call at work', async () => {
    const inflow = new Inflow();
    const job = runJob(inflow);
    const view = job.view(perTen);
    const seen: unknown[] = [];
    job.values.subscribe(pane => {
      if ((pane as { window: { end: number } }).window.end !== 10) return;
      try {
        view.local.get('a', 1);
      } catch (error) {
        seen.push((error as { code: string }).code);
      }
      void view.get('a', 1).then(({ status }) => seen.push(status));
    });
    inflow.add(click('a', 1), click('a', 18));
    await taken(inflow, job);
    await new Promise(resolve => setImmediate(resolve));
    expect(seen).toContain('NOT_NOW');
    expect(seen).toContain('complete');
    await job.stop();
  });

  it('refuse what is no window', async () => {
    const inflow = new Inflow();
    const job = runJob(inflow);
    await taken(inflow, job);
    const { local } = job.view(perTen);
    expect(() => local.get('a', {} as any)).toThrow(/an instant, or a window/);
    await job.stop();
  });
});

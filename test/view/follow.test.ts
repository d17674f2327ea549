import { describe, expect, it } from 'vitest';
import { keysIn, Stop } from '../../src/view/follow.js';
import type { ViewChange } from '../../src/view/viewChange.js';
import { failure } from '../job/support.js';
import { all, click, Inflow, perTen, runJob, turns } from './support.js';

async function taken(inflow: Inflow, job: ReturnType<typeof runJob>): Promise<void> {
  await job.view(all, { atLeast: { clicks: inflow.clicks.length } }).get(undefined);
}

describe('who follows a view', () => {
  it('hears a snapshot, then each key that changes, as it is then, and of time', async () => {
    const inflow = new Inflow();
    const job = runJob(inflow);
    inflow.add(click('a', 1), click('b', 2));
    await taken(inflow, job);
    const changes = job
      .view(perTen)
      .follow({ keys: ['a'] })
      [Symbol.asyncIterator]();
    const next = async (): Promise<ViewChange<string, number>> => (await changes.next()).value as ViewChange<string, number>;
    expect(await next()).toEqual({ type: 'reset' });
    expect(await next()).toMatchObject({ type: 'entry', entry: { key: 'a', value: 1 } });
    expect(await next()).toMatchObject({ type: 'ready', watermark: -2 });
    // He is slow: four changes are one by now.
    for (let i = 0; i < 4; i++) inflow.add(click('a', 3 + i));
    await taken(inflow, job);
    expect(await next()).toMatchObject({ type: 'key', key: 'a', entries: [{ value: 5 }], watermark: 2 });
    inflow.add(click('b', 60));
    await taken(inflow, job);
    expect(await next()).toMatchObject({ type: 'key', key: 'a', entries: [], watermark: 56 });
    await changes.return?.(undefined as never);
    await job.stop();
  });

  it('goes on behind a cursor, and begins anew where that is not known', async () => {
    const inflow = new Inflow();
    const job = runJob(inflow);
    await turns();
    const heard: ViewChange<string, number>[] = [];
    const first = job
      .view(perTen)
      .changes()
      .subscribe(change => heard.push(change));
    inflow.add(click('a', 1));
    await taken(inflow, job);
    await turns(5);
    first.unsubscribe();
    const { cursor } = heard.at(-1) as { cursor: string };
    inflow.add(click('b', 1), click('a', 2));
    await taken(inflow, job);
    const again: ViewChange<string, number>[] = [];
    const second = job
      .view(perTen)
      .changes({ cursor })
      .subscribe(change => again.push(change));
    await turns(5);
    second.unsubscribe();
    expect(again).toMatchObject([
      { type: 'key', key: 'b', entries: [{ value: 1 }] },
      { type: 'key', key: 'a', entries: [{ value: 2 }] },
    ]);
    const anew: string[] = [];
    const third = job
      .view(perTen)
      .changes({ cursor: '0.9.9' })
      .subscribe(({ type }) => anew.push(type));
    await turns(5);
    third.unsubscribe();
    expect(anew).toEqual(['reset', 'entry', 'entry', 'ready']);
    await job.stop();
  });

  it('hears the end of the job', async () => {
    const inflow = new Inflow();
    const job = runJob(inflow);
    await turns();
    const ends: string[] = [];
    job
      .view(perTen)
      .changes()
      .subscribe({ complete: () => ends.push('complete') });
    await turns();
    await job.stop();
    await turns();
    expect(ends).toEqual(['complete']);
    const broken = runJob(inflow);
    broken.done.catch(() => undefined);
    await turns();
    broken
      .view(perTen)
      .changes()
      .subscribe({ error: ({ code }) => ends.push(code) });
    await turns();
    inflow.add(click('!', 1));
    await failure(broken.done);
    await turns(5);
    expect(ends).toEqual(['complete', 'NOT_NOW']);
  });

  it('hears at once of options that make no sense', async () => {
    const job = runJob(new Inflow());
    expect(() => job.view(perTen).changes({ every: -1 })).toThrow(/every must be zero or longer/);
    await job.stop();
  });

  it('waits until it is enough', async () => {
    const stop = new Stop();
    let cancelled = 0;
    const waiting = stop.wait(() => () => void cancelled++);
    stop.stop();
    await waiting;
    await stop.wait(() => () => void cancelled++);
    expect([stop.isStopped, cancelled]).toEqual([true, 1]);
  });

  it('wants keys by value', () => {
    const wants = keysIn<unknown>(['a', [1, 2]]);
    expect([wants('a'), wants([1, 2]), wants('b')]).toEqual([true, true, false]);
  });
});

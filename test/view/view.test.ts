import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { run } from '../../src/job/run.js';
import { eventTime } from '../../src/operators/eventTime.js';
import { joinWith } from '../../src/operators/joinWith.js';
import { reorder } from '../../src/operators/reorder.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { view } from '../../src/view/view.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { failure } from '../job/support.js';
import { all, click, Inflow, perTen, runJob } from './support.js';

describe('a handle', () => {
  it('names an operator', () => {
    const handle = view<string, number>('delays');
    expect(handle.name).toBe('delays');
    expect(windowBy(tumbling(10), { name: handle, key: (x: string) => x, aggregate: count() })).toBeDefined();
  });

  it('is refused without a name, and with what is no index', () => {
    expect(() => view('')).toThrow(/the name of an operator/);
    expect(() => view('x', { index: { a: 5 as any } })).toThrow(/index: a must be a function/);
    expect(() => view('x', { index: 5 as any })).toThrow(/an object of functions/);
    expect(() => view('x', { indices: {} } as any)).toThrow(/no option "indices"/);
  });
});

describe('what a view is asked with', () => {
  it('is checked at once', () => {
    const job = runJob(new Inflow());
    expect(() => job.view(perTen, { read: 'sometimes' as any })).toThrow(/one of latest, snapshot, committed/);
    expect(() => job.view(perTen, { level: 'latest' } as any)).toThrow(/no option "level"/);
    expect(() => job.view(perTen, { atLeast: 5 as any })).toThrow(/an object/);
    expect(() => job.view(perTen, { timeout: '1 s' as any })).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }));
    expect(() => job.view(perTen, { read: 'committed' }).changes()).toThrow(/latest/);
    void job.stop();
  });

  it('is checked when it is asked', async () => {
    const job = runJob(new Inflow());
    const ask = async (options: any): Promise<string> => (await failure(job.view(perTen).entries(options))).message;
    expect(await ask({ limit: 0 })).toContain('a whole number of at least 1');
    expect(await ask({ prefix: 5 })).toContain('a text');
    expect(await ask({ keys: 'a' })).toContain('an array of keys');
    expect(await ask({ keys: [], prefix: '' })).toContain('left out where there are keys');
    expect(await ask({ keys: [], reverse: true })).toContain('left out where there are keys');
    expect(await ask({ where: { even: true } })).toContain('the view has no index "even". There is odd, name.');
    expect(await ask({ where: { toString: true } })).toContain('no index');
    expect(await ask({ from: 'today' })).toContain('milliseconds');
    expect(await ask({ cursor: '1.1.1' })).toContain('its scan is over');
    expect((await failure(job.view(perTen).windows({ limit: 5 } as any))).message).toContain('no option "limit"');
    await job.stop();
  });
});

describe('an operator that cannot be read', () => {
  it('is told with those that can', async () => {
    const left = eventTime(new Inflow().source, { name: 'left', timestamp: x => x.timestamp });
    const right = eventTime(new Inflow().source, { name: 'right', timestamp: x => x.timestamp });
    const join = left.pipe(
      reorder({ name: 'sorted', within: 5 } as any),
      joinWith(right, { name: 'join', window: tumbling(10), leftKey: (x: any) => x.key, rightKey: x => x.key, select: () => 1 }),
    );
    const job = run<unknown>(
      [
        join as any,
        eventTime(new Inflow().source, { name: 'third', timestamp: x => x.timestamp }).pipe(
          windowBy(tumbling(5), { name: 'counts', aggregate: count() }),
        ),
      ],
      { name: 'job' },
    );
    const message = async (name: string): Promise<string> => (await failure(job.view(view<any, any>(name)).get(1))).message;
    expect(await message('nothing')).toBe('view "nothing" of job job: there is no operator of this name. Views can be had of counts.');
    expect(await message('join')).toContain('joinWith');
    expect(await message('sorted')).toContain('cannot be read');
    expect(await failure(job.view(view<any, any>('left')).get(1))).toMatchObject({ code: 'NOT_READABLE' });
    await job.stop();
  });
});

describe('a view', () => {
  it('asked before the start waits for it, and says so when the job is over', async () => {
    const inflow = new Inflow();
    const job = runJob(inflow);
    expect(() => job.view(perTen).local.get('a')).toThrow(/the job is starting/);
    inflow.add(click('a', 1));
    expect((await job.view(perTen, { atLeast: { clicks: 1 } }).get('a')).value).toBe(1);
    await job.stop();
    expect(await failure(job.view(perTen).get('a'))).toMatchObject({
      code: 'NOT_NOW',
      message: expect.stringContaining('the job is stopped'),
    });
    expect(await failure(job.view(all).entries())).toMatchObject({ code: 'NOT_NOW' });
  });

  it('goes on over restarts of a job', async () => {
    const inflow = new Inflow();
    const job = runJob(inflow, { restart: { delay: 1 } });
    const said = (type: string): Promise<unknown> =>
      new Promise(resolve => job.events.subscribe(event => event.type === type && resolve(undefined)));
    const view = job.view(all, { atLeast: { clicks: 2 } });
    const changes: string[] = [];
    const following = view.changes().subscribe(({ type }) => changes.push(type));
    inflow.add(click('a', 1), click('a', 2));
    expect((await view.get(undefined)).value).toBe(2);
    const restarting = said('restarting');
    inflow.add(click('!', 3));
    await restarting;
    expect((await failure(view.get(undefined))).message).toContain('the job is restarting');
    inflow.clicks.pop();
    await said('started');
    expect(await view.get(undefined)).toMatchObject({ value: 2, epoch: 2 });
    while (changes.filter(type => type === 'reset').length < 2) await new Promise(resolve => setTimeout(resolve, 5));
    following.unsubscribe();
    await job.stop();
  });
});

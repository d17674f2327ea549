import { describe, expect, it } from 'vitest';
import { Capture, discardSink } from '../../src/job/captured.js';

const context = { job: 'j', run: 'r', relieve() {}, checkpoint() {}, fail() {} };

describe('a captured sink', () => {
  it('keeps rows, tells of them, and completes at the end', async () => {
    const capture = new Capture();
    const { name, mode, create } = capture.define('out');
    expect([name, mode]).toEqual(['out', 'upsert']);
    const work = create(context);
    const said: unknown[] = [];
    work.write('early', 1);
    capture.said.subscribe({ next: row => said.push(row), complete: () => said.push('done') });
    work.write('late', 1);
    work.write('late', -1);
    await work.close?.();
    expect(capture.rows).toEqual([
      { value: 'early', withdrawn: false },
      { value: 'late', withdrawn: false },
      { value: 'late', withdrawn: true },
    ]);
    expect(said).toEqual([{ value: 'late', withdrawn: false }, { value: 'late', withdrawn: true }, 'done']);
  });

  it('has no part in checkpoints', async () => {
    const work = new Capture().define('out').create(context);
    await work.fence(1);
    expect(await work.lastCommitted()).toBe(0);
    expect(work.rotate('1-1')).toBeUndefined();
    await work.prepare('1-1', 1);
    await work.commit('1-1', 1, undefined);
    await work.abort('1-1');
  });
});

describe('a discarded sink', () => {
  it('forgets rows', () => {
    const { name, create } = discardSink('out');
    const work = create(context);
    work.write(1, 1);
    expect([name, work.name, work.mode]).toEqual(['out', 'out', 'upsert']);
  });
});

import { Subscription } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { atMostOnce, memoryStorage, replayable } from '../../src/index.js';
import { Inlets } from '../../src/job/inlets.js';
import { world } from '../../src/job/world.js';
import type { SourceTarget } from '../../src/stream/sink.js';
import { systemClock } from '../../src/stream/systemClock.js';
import { settled } from '../../src/testing/settled.js';
import { refusal } from '../support.js';

function inlets(paused?: () => void): Inlets {
  return new Inlets({
    job: 'j',
    storage: memoryStorage(),
    env: world,
    turns: world,
    room: { room: Infinity, wait: async () => undefined },
    clock: systemClock,
    tell() {},
    paused,
  });
}

/** Notes what it is given. */
function target(): SourceTarget<unknown> & { readonly said: unknown[] } {
  const said: unknown[] = [];
  return {
    said,
    closed: false,
    next: value => void said.push(value),
    all: values => void said.push(...values),
    error: error => void said.push(error),
    complete: () => void said.push('complete'),
  };
}

const never = () => new Subscription();

describe('the sources of a job', () => {
  it('are read from where a checkpoint says, or from their beginning, and say where they stand', async () => {
    const all = inlets();
    all.open(1, { seq: 2, sources: new Map<string, unknown>([['old', 2]]) });
    const [old, young] = [target(), target()];
    all.add('old', replayable([1, 2, 3]), false, old, never);
    all.add('young', replayable(['a']), false, young, never);
    expect(all.names).toEqual(['old', 'young']);
    all.begin(true);
    await settled();
    expect([old.said, young.said]).toEqual([
      [3, 'complete'],
      ['a', 'complete'],
    ]);
    const eventTime = { kind: 'eventTime', name: 'old', rest: { watermark: 7 }, parts: [] };
    expect(all.cut([eventTime])).toEqual([
      { name: 'old', position: 3, watermark: 7 },
      { name: 'young', position: 1, watermark: undefined },
    ]);
  });

  it('that have no position are subscribed to when all is connected, and are let go of', async () => {
    const all = inlets();
    all.open(1, undefined);
    let subscribed = 0;
    const start = () => {
      subscribed++;
      return new Subscription(() => subscribed--);
    };
    all.add('live', atMostOnce([1]), false, target(), start);
    expect(subscribed).toBe(0);
    all.begin(false);
    expect([subscribed, all.names]).toEqual([1, []]);
    await all.stop();
    expect(subscribed).toBe(0);
  });

  it('are not read by a job that is to stop', async () => {
    const all = inlets();
    all.open(1, undefined);
    const one = target();
    all.add('s', replayable([1]), false, one, never);
    all.begin(false);
    await settled();
    expect(one.said).toEqual([]);
  });

  it('do not end when that is only for now: the last of them says so', async () => {
    let paused = 0;
    const all = inlets(() => paused++);
    all.open(1, undefined);
    const [a, b] = [target(), target()];
    all.add('a', replayable([1]), false, a, never);
    all.add('b', replayable([[2], [3]]), true, b, never);
    all.begin(true);
    await settled();
    expect([a.said, b.said, paused]).toEqual([[1], [2, 3], 1]);
  });

  it('refuse what can be read once only, with the cures', () => {
    expect(refusal(() => inlets().add('s', [1], false, target(), never))).toMatch(
      /run "j": the source of eventTime "s" must be replayable\(\.\.\.\).*journaled\(source\).*atMostOnce\(source\)/,
    );
  });
});

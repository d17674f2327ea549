import { describe, expect, it } from 'vitest';
import { assertTriggerLaws } from '../../src/testing/triggerLaws.js';
import { lowest, type OnceState, once } from '../../src/triggers/once.js';

interface Seen extends OnceState {
  n: number;
}

const start = (): Seen => ({ n: 0, done: false });
/** Due with the second element. */
const second = once<number, Seen>('second', start, {
  onElement: state => ({ ...state, n: state.n + 1 }),
  waits: () => ({ for: 'news' }),
  shouldFire: state => !state.done && state.n >= 2,
  merge: states => ({ n: states.reduce((n, state) => n + state.n, 0), done: false }),
});
const spent: Seen = { n: 0, done: true };
const context = {
  start: 0,
  end: 10,
  watermark: 0,
  previousWatermark: 0,
  processingTime: 0,
  previousProcessingTime: 0,
  merging: true,
} as never;

describe('once', () => {
  it('fires once and is then finished', () => {
    expect([second.name, second.fires, second.finishes]).toEqual(['second', 'any-time', 'any-time']);
    expect([second.isFinished(second.init()), second.isFinished(second.onFire({ n: 2, done: false }, context))]).toEqual([false, true]);
  });

  it('forgets the pane when it or a sibling has fired, but not that it has finished', () => {
    expect(second.onFire({ n: 2, done: false }, context)).toEqual(spent);
    expect([second.clear?.({ n: 1, done: false }), second.clear?.({ n: 1, done: true })]).toEqual([start(), spent]);
  });

  it('merges what is unfinished, and is finished if one of several is', () => {
    expect(
      second.merge(
        [
          { n: 1, done: false },
          { n: 1, done: false },
        ],
        context,
      ),
    ).toEqual({ n: 2, done: false });
    expect(second.merge([{ n: 1, done: false }, spent], context)).toEqual(spent);
  });

  it('keeps the laws of triggers', () => {
    assertTriggerLaws(second, { values: [1, 2, 3] });
  });
});

it('lowest: of the times that there are', () => {
  expect([lowest([]), lowest([null]), lowest([7, null, -3, 0])]).toEqual([null, null, -3]);
});

import { describe, expect, it } from 'vitest';
import { makePane, retract } from '../../src/engine/emitter.js';

describe('panes', () => {
  const window = { start: 0, end: 10 };

  it('are first by their index and replace nothing unless told', () => {
    expect(makePane('k', window, 3, 'early', 0, -1, false, 9)).toEqual({
      key: 'k',
      window,
      value: 3,
      timing: 'early',
      index: 0,
      nonSpeculativeIndex: -1,
      isFirst: true,
      isLast: false,
      timestamp: 9,
      retraction: false,
      replaces: [],
    });
    expect(makePane('k', window, 3, 'late', 2, 1, true, 9, [window])).toMatchObject({ isFirst: false, isLast: true, replaces: [window] });
  });

  it('are withdrawn by a copy that differs in nothing else', () => {
    const pane = makePane('k', window, 3, 'on-time', 1, 0, false, 9);
    expect(retract(pane)).toEqual({ ...pane, retraction: true });
    expect(pane.retraction).toBe(false);
  });
});

/** What both kinds of window join have in common; each of them is tested by itself. */
import { describe, expect, it } from 'vitest';
import { checkSides, sideWindowing } from '../../src/operators/sides.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { refusal } from '../support.js';

describe('both sides of a join', () => {
  const options = { window: tumbling(10), leftKey: (l: string) => l.length, rightKey: (r: string) => r.length };

  it('are windowed as one stream whose elements are numbered and know their side', () => {
    const left = testStream<string>();
    const right = testStream<string>({ clock: left.clock });
    const make = sideWindowing('pairs', right, options, ['window', 'leftKey', 'rightKey'], {}, 'test', all => structuredClone(all));
    const windows = make(left);
    expect([windows.kind, windows.retracts, windows.inputs[0]?.inputs]).toEqual(['pairs(tumbling(10))', false, [left, right]]);
    const panes = record(windows);
    left.add('a', 1);
    right.add('x', 2);
    const second = record(windows, { from: panes.snapshot() });
    panes.stop();
    left.add('b', 3).advanceWatermarkTo(10);
    right.advanceWatermarkTo(10);
    expect(second.take().map(({ key, value }) => [key, value])).toEqual([
      [
        1,
        {
          left: [
            { id: 0, left: true, value: 'a' },
            { id: 2, left: true, value: 'b' },
          ],
          right: [{ id: 1, left: false, value: 'x' }],
        },
      ],
    ]);
  });

  it('refuse what is no stream, no key and no observer', () => {
    const right = testStream<string>();
    expect(refusal(() => checkSides('here', {}, options))).toContain('here: its first argument must be a stream with event time');
    expect(refusal(() => checkSides('here', right, { ...options, leftKey: 1 }))).toContain('here: leftKey must be a function');
    expect(refusal(() => checkSides('here', right, { ...options, rightKey: 1 }))).toContain('here: rightKey must be a function');
    expect(refusal(() => checkSides('here', right, { ...options, late: 1 }))).toContain('here: late must be an observer');
    expect(() => checkSides('here', right, options)).not.toThrow();
  });
});

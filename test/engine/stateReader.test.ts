import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { isOverAt, isWithin, nameOf, newestOf, type StateReader, saidOf } from '../../src/engine/stateReader.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { session } from '../../src/windows/session.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { specOf } from '../properties/machineRun.js';

const reader = (watermark: number): StateReader<any, any> => ({ watermark, isOver: ({ end }: { end: number }) => end <= watermark }) as any;

describe('what readers have in common', () => {
  it('knows of an instant whether its windows are over, if that depends on time alone', () => {
    expect(isOverAt(specOf(tumbling(10), count()), 5, reader(10))).toBe(true);
    expect(isOverAt(specOf(tumbling(10), count()), 5, reader(9))).toBe(false);
    expect(isOverAt(specOf(session(3), count()), 5, reader(8))).toBe(true);
    expect(
      isOverAt(
        specOf(
          session(item => item.value),
          count(),
        ),
        5,
        reader(800),
      ),
    ).toBe(false);
    expect(isOverAt(specOf(globalWindow({ ttl: 10 }), count()), 5, reader(15))).toBe(true);
    expect(isOverAt(specOf(globalWindow({ ttl: 10 }), count()), 5, reader(14))).toBe(false);
  });

  it('names windows, and finds the newest', () => {
    expect(nameOf({ start: 1, end: 5 }, specOf(globalWindow({ ttl: 4 }), count()))).toEqual({ start: 1, end: END_OF_TIME });
    const entries = [
      [0, 10],
      [5, 15],
      [20, 30],
    ].map(([start, end]) => ({ window: { start, end } })) as any[];
    expect(newestOf(entries, 7)).toBe(entries[1]);
    expect(newestOf(entries, 17)).toBeUndefined();
    expect([isWithin({ start: 0, end: 10 }, { from: 9, to: 1 }), isWithin({ start: 0, end: 10 }, { from: 10, to: 20 })]).toEqual([
      true,
      false,
    ]);
  });

  it('tells the last pane, also of state that older versions have kept', () => {
    expect(saidOf({ panes: 0, spoken: 0, timing: undefined, last: undefined })).toBeUndefined();
    expect(saidOf({ panes: 3, spoken: 1, timing: 'late', last: undefined })).toEqual({ index: 2, nonSpeculativeIndex: 0, timing: 'late' });
    expect(saidOf({ panes: 3, spoken: 0, timing: undefined, last: undefined })?.timing).toBe('early');
    expect(saidOf({ panes: 3, spoken: 1, timing: undefined, last: undefined })?.timing).toBe('on-time');
    expect(saidOf({ panes: 3, spoken: 1, timing: undefined, last: { timing: 'late' } as any })?.timing).toBe('late');
    expect(saidOf({ panes: 3, spoken: 2, timing: undefined, last: undefined })?.timing).toBe('late');
  });
});

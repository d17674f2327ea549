import { describe, expect, it } from 'vitest';
import { punctuated } from '../../src/time/punctuated.js';
import { START_OF_TIME } from '../../src/time/timestamp.js';
import { refusal } from '../support.js';

interface Row {
  readonly upTo?: number;
}

describe('punctuated', () => {
  const strategy = punctuated((row: Row) => row.upTo);

  it('says what marked elements say, and never goes back', () => {
    expect(strategy.name).toBe('punctuated()');
    const generator = strategy.create();
    expect([{}, { upTo: 6 }, {}, { upTo: 4 }, { upTo: 9 }].map(row => generator.onEvent(100, row))).toEqual([START_OF_TIME, 6, 6, 6, 9]);
  });

  it('gives the function the timestamp, too', () => {
    expect(
      punctuated((_row: Row, time) => time - 1)
        .create()
        .onEvent(5, {}),
    ).toBe(4);
  });

  it('goes on from its memory', () => {
    const before = strategy.create();
    before.onEvent(0, { upTo: 7 });
    expect(strategy.create(before.memory()).onEvent(0, { upTo: 5 })).toBe(7);
  });

  it('refuses a mark that is no time', () => {
    expect(refusal(() => strategy.create().onEvent(0, { upTo: Number.NaN }))).toBe(
      'BAD_TIMESTAMP: punctuated: watermark must be a safe integer: milliseconds since the epoch, but came as NaN. Element: {"upTo":null}. Filter such elements out before eventTime().',
    );
  });
});

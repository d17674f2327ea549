import { describe, expect, it } from 'vitest';
import { answerOf, nothingOf } from '../../src/view/answer.js';

const moment = { watermark: 7, level: 'latest', checkpoint: 3, epoch: 1 } as const;

describe('an answer', () => {
  it('is an entry, and of which state', () => {
    const entry = { key: 'a', window: { start: 0, end: 10 }, value: 5, status: 'open', expires: 10, pane: undefined, fresh: true } as const;
    expect(answerOf(entry, moment)).toEqual({ ...entry, ...moment });
  });

  it('says that there is nothing, or no longer', () => {
    expect(nothingOf('a', undefined, false, moment)).toMatchObject({ key: 'a', status: 'none', value: undefined, ...moment });
    expect(nothingOf('a', { start: 0, end: 5 }, true, moment)).toMatchObject({ status: 'expired', window: { start: 0, end: 5 } });
  });
});

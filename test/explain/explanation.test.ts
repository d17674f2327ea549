import { describe, expect, it } from 'vitest';
import { Explanation, type ExplanationData } from '../../src/explain/explanation.js';
import { START_OF_TIME } from '../../src/time/timestamp.js';

const base: ExplanationData = {
  operator: 'w',
  key: 'a',
  window: { start: 0, end: 10 },
  status: 'waiting',
  watermark: 5,
  until: 10,
  panes: 0,
  reasons: [],
};
const said = (data: Partial<ExplanationData>): string => String(new Explanation({ ...base, ...data }));

describe('an explanation', () => {
  it('begins with what is the case', () => {
    expect(said({})).toBe('w ["a", 0 to 10) waits: its next pane comes when the watermark reaches 10, and the watermark is at 5.');
    expect(said({ panes: 1, key: undefined })).toBe(
      'w [0 to 10) waits, after a pane: its next pane comes when the watermark reaches 10, and the watermark is at 5.',
    );
    expect(said({ panes: 2, until: undefined, watermark: START_OF_TIME })).toBe(
      'w ["a", 0 to 10) waits, after 2 panes: there is no watermark yet.',
    );
    expect(said({ status: 'fired', window: undefined, key: undefined })).toBe('w has fired: the watermark is at 5.');
    expect(said({ status: 'closed' })).toBe('w ["a", 0 to 10) is closed: the watermark is at 5.');
    expect(said({ status: 'not-running' })).toBe('w ["a", 0 to 10) is not at work.');
  });
});

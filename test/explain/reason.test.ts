import { describe, expect, it } from 'vitest';
import { linesOf, type NoElements, reason } from '../../src/explain/reason.js';

const none = (text: string, hint: string): NoElements => reason<NoElements>({ code: 'no-elements', operator: 'w', text, hint });

describe('a reason', () => {
  it('is data, and a sentence', () => {
    const one = none('Nothing came.', 'Wait.');
    expect({ ...one }).toEqual({ code: 'no-elements', operator: 'w', text: 'Nothing came.', hint: 'Wait.' });
    expect([String(one), String(none('Nothing came.', ''))]).toEqual(['Nothing came. Wait.', 'Nothing came.']);
  });

  it('says what to do once', () => {
    expect(linesOf([none('One.', 'Wait.'), none('Two.', 'Wait.'), none('Three.', '')])).toEqual(['  One.', '  Two. Wait.', '  Three.']);
  });
});

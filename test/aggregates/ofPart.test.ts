import { describe, expect, it } from 'vitest';
import { ofPart } from '../../src/aggregates/ofPart.js';
import { TidemarkError } from '../../src/errors.js';

describe('ofPart', () => {
  it('puts the name of the part before our own errors', () => {
    const cause = new TidemarkError('BAD_VALUE', 'mean: no.');
    const error = ofPart('avg', cause) as TidemarkError;
    expect([error.code, error.message, error.cause]).toEqual(['BAD_VALUE', 'allOf.avg: mean: no.', cause]);
  });

  it('leaves other errors as they are', () => {
    const error = new RangeError('mine');
    expect(ofPart('avg', error)).toBe(error);
  });
});

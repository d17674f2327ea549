import { describe, expect, it } from 'vitest';
import { TidemarkError } from '../../src/errors.js';
import { failure, unfit } from '../../src/storages/failures.js';

describe('failure', () => {
  it.each([
    [Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }), 'STORAGE_FULL'],
    [Object.assign(new Error('quota'), { code: 'EDQUOT' }), 'STORAGE_FULL'],
    [new DOMException('The quota has been exceeded.', 'QuotaExceededError'), 'STORAGE_FULL'],
    [Object.assign(new Error('broken'), { code: 'EIO' }), 'STORAGE_FAILED'],
    [new DOMException('Connection lost', 'UnknownError'), 'STORAGE_FAILED'],
    [null, 'STORAGE_FAILED'],
    [undefined, 'STORAGE_FAILED'],
    ['a text', 'STORAGE_FAILED'],
    [{ message: 'an object' }, 'STORAGE_FAILED'],
  ])('of %s is %s', (cause, code) => {
    const error = failure('memoryStorage()', 'putChunk "a" of job "j"', cause);
    expect(error).toBeInstanceOf(TidemarkError);
    expect(error).toMatchObject({ code, cause });
    expect(error.message).toMatch(/^memoryStorage\(\): putChunk "a" of job "j": .+\.$/);
  });

  it('has words for what IndexedDB rejects without any', () => {
    expect(failure('s', 'open', null).message).toBe('s: open: it was aborted, and the medium does not say why.');
  });

  it('lets errors of ours through', () => {
    const ours = unfit('s', 'no links.');
    expect(failure('s', 'open', ours)).toBe(ours);
    expect(ours).toMatchObject({ code: 'STORAGE_UNFIT', message: 's: no links.' });
    expect(ours.cause).toBeUndefined();
  });
});

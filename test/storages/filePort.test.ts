import { describe, expect, it } from 'vitest';
import { codeOf, ifThere, unlessTaken } from '../../src/storages/filePort.js';
import { systemError } from './disk.js';

describe('errors of a disk', () => {
  it('have a code, or none', () => {
    expect(codeOf(systemError('EIO'))).toBe('EIO');
    for (const other of [null, undefined, new Error('x'), 'x']) expect(codeOf(other)).toBeUndefined();
  });

  it('ifThere: what is missing is undefined, other errors pass', async () => {
    expect(await ifThere(Promise.resolve(1))).toBe(1);
    expect(await ifThere(Promise.reject(systemError('ENOENT')))).toBeUndefined();
    expect(await ifThere(Promise.reject(systemError('ENOTDIR')))).toBeUndefined();
    await expect(ifThere(Promise.reject(systemError('EACCES')))).rejects.toMatchObject({ code: 'EACCES' });
  });

  it('unlessTaken: what is taken is undefined, other errors pass', async () => {
    expect(await unlessTaken(Promise.resolve(1))).toBe(1);
    expect(await unlessTaken(Promise.reject(systemError('EEXIST')))).toBeUndefined();
    await expect(unlessTaken(Promise.reject(systemError('ENOENT')))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

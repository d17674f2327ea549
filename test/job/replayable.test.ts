import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { replayable } from '../../src/job/replayable.js';
import { refusal } from '../support.js';
import { failure, readFrom } from './support.js';

async function* asynchronous(from: number): AsyncGenerator<number> {
  for (let i = from; i < 4; i++) yield i;
}

describe('replayable', () => {
  it.each([
    ['an array', () => replayable([0, 1, 2, 3])],
    ['a function that gives an iterable', () => replayable((from: number) => [0, 1, 2, 3].slice(from))],
    ['a function that gives an async iterable', () => replayable(asynchronous)],
  ])('goes on from a position: %s', async (_what, make) => {
    const whole = await readFrom(make());
    expect(whole.map(([value]) => value)).toEqual([0, 1, 2, 3]);
    for (const [i, [, position]] of whole.entries()) expect(await readFrom(make(), structuredClone(position))).toEqual(whole.slice(i + 1));
  });

  it('reads more than one batch of an iterable', async () => {
    const whole = await readFrom(replayable((from: number) => Array.from({ length: 3000 - from }, (_, i) => from + i)));
    expect(whole).toEqual(Array.from({ length: 3000 }, (_, i) => [i, i + 1]));
  });

  it('is an Observable of all elements without a job', async () => {
    expect(await lastValueFrom(replayable([1, 2, 3]).pipe(toArray()))).toEqual([1, 2, 3]);
    expect(await lastValueFrom(replayable(asynchronous).pipe(toArray()))).toEqual([0, 1, 2, 3]);
    expect(await lastValueFrom(replayable([]).pipe(toArray()))).toEqual([]);
  });

  it('fails as its source does', async () => {
    const broken = replayable<number>({
      open: () => {
        throw new Error('closed for today');
      },
    });
    expect((await failure(lastValueFrom(broken))).message).toBe('closed for today');
  });

  it('knows whether an array has become shorter', async () => {
    const { source$ } = replayable([1]);
    expect([source$.earliest?.(), source$.retains?.(1), source$.retains?.(2)]).toEqual([0, true, false]);
  });

  it('refuses what is no source', () => {
    expect(refusal(() => replayable([1], { reset: 'latest' as never }))).toBe(
      'BAD_OPTION: replayable: reset must be one of fail, earliest, but came as "latest".',
    );
    expect(refusal(() => replayable(5 as never))).toBe(
      'BAD_OPTION: replayable: its argument must be an array, a function of the number to begin with, or an object with open(), but came as 5.',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { isReached, upTo } from '../../src/view/bounds.js';
import type { ViewHost } from '../../src/view/viewHost.js';
import { failure } from '../job/support.js';

describe('a position', () => {
  it.each([
    [5, 5, true],
    [4, 5, false],
    [undefined, 0, true],
    [undefined, 1, false],
    ['12', '9', true],
    ['12', 13, false],
    [{ 0: '7', 1: '3' }, { 0: '7' }, true],
    [{ 0: '7', 1: '3' }, { 0: '7', 1: '4' }, false],
    [{ 0: '7' }, { 1: 1 }, false],
    [undefined, { 1: 0 }, true],
    [undefined, { 1: 1 }, false],
    ['a', 5, undefined],
    [5, 'a', undefined],
    [5, { 0: 1 }, undefined],
    [5, null, undefined],
  ])('%j has reached %j: %s', (position, bound, reached) => {
    expect(isReached(position, bound)).toBe(reached);
  });
});

it('may be a bigint', () => {
  expect([isReached(12n, '12'), isReached(12n, 13)]).toEqual([true, false]);
});

describe('waiting for positions', () => {
  const host = (positions: readonly unknown[], state = 'running', reaches?: (a: unknown, b: unknown) => boolean): ViewHost => {
    let now = 0;
    let at = 0;
    return {
      state,
      env: {
        now: () => now,
        pause: async () => undefined,
        after: (milliseconds: number, task: () => void) => {
          now += milliseconds;
          if (at < positions.length - 1) at++;
          queueMicrotask(task);
          return () => undefined;
        },
      },
      streams: [
        { kind: 'eventTime', name: 'clicks' },
        { kind: 'eventTime', name: 'plain' },
      ],
      sourceAt: (name: string) => (name === 'clicks' ? { position: positions[at], ended: false, reaches } : undefined),
    } as unknown as ViewHost;
  };

  it('ends when all have been reached', async () => {
    await upTo(host([1, 2, 3]), { clicks: 3 }, 100, 'here');
  });

  it('asks the source whose positions are of its own kind', async () => {
    await upTo(
      host(['a', 'b', 'c'], 'running', (position, bound) => (position as string) >= (bound as string)),
      { clicks: 'c' },
      100,
      'here',
    );
  });

  it('fails in time, and when the job is over', async () => {
    expect(await failure(upTo(host([1, 2]), { clicks: 3 }, 20, 'here'))).toMatchObject({
      code: 'NOT_UP_TO_BOUND',
      message: 'here: the source "clicks" stands at 2, not at 3, after 20 ms.',
    });
    expect((await failure(upTo(host([1], 'stopped'), { clicks: 3 }, 20, 'here'))).message).toContain('and the job is stopped');
  });

  it('refuses sources that there are not, and what cannot be compared', async () => {
    expect((await failure(upTo(host([1]), { flights: 3 }, 20, 'here'))).message).toContain('of sources with positions: clicks');
    expect(await failure(upTo(host(['x']), { clicks: 3 }, 20, 'here'))).toMatchObject({ code: 'BAD_OPTION' });
  });
});

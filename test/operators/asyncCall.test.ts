import { defer, EMPTY, type Observable, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { asyncCounts } from '../../src/engine/asyncCounts.js';
import { AsyncCall, type CallSpec } from '../../src/operators/asyncCall.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { settled } from '../../src/testing/settled.js';
import { told } from '../support.js';
import { Desk } from './desk.js';

type Answer = string | PromiseLike<string> | Observable<string>;

/** A call for 'x', and what comes of it. What it throws in turn is an error. */
function bench(fn: (value: string, signal: AbortSignal) => Answer, more: Partial<CallSpec<string, string>> = {}) {
  const clock = manualClock(1000);
  const said: string[] = [];
  const counts = asyncCounts();
  const spec: CallSpec<string, string> = {
    kind: 'mapAsync',
    fn,
    timeout: Infinity,
    onTimeout: undefined,
    onError: undefined,
    retries: 0,
    pause: () => 0,
    mayRetry: () => true,
    counts,
    ...more,
  };
  const inTurn = (task: () => void): void => {
    try {
      task();
    } catch (error) {
      said.push(told(error));
    }
  };
  const call = new AsyncCall(spec, 'x', 7, clock, inTurn, result => void said.push(result));
  call.start();
  return { clock, said, counts, call };
}

describe('a call', () => {
  it('may answer by a value, at once', () => {
    expect(bench(value => `${value}!`).said).toEqual(['x!']);
    expect(bench(() => undefined as never).said).toEqual([undefined]);
    expect(bench(() => null as never).said).toEqual([null]);
  });

  it('may answer by a promise, or by whatever has a then', async () => {
    // biome-ignore lint/suspicious/noThenProperty: what has one is what this is about
    const thenable = { then: (done: (value: string) => void) => done('thenable') } as PromiseLike<string>;
    const all = [bench(async () => 'promise'), bench(() => thenable), bench(() => Promise.reject('refused'))];
    expect(all.map(({ said }) => said)).toEqual([[], [], []]);
    await settled();
    expect(all.map(({ said }) => said)).toEqual([['promise'], ['thenable'], ['refused']]);
  });

  it('may answer by an Observable, whose first value counts', () => {
    let released = false;
    const endless = of('first', 'second');
    expect(bench(() => defer(() => endless)).said).toEqual(['first']);
    const desk = new Desk();
    const { said } = bench(value => desk.call(value, new AbortController().signal));
    desk.answer('x', 'now');
    released = desk.released.includes('x');
    expect([said, released]).toEqual([['now'], true]);
    expect(bench(() => throwError(() => 'boom')).said).toEqual(['boom']);
    expect(bench(() => EMPTY).said).toEqual([
      'BAD_VALUE: mapAsync: the Observable for "x" completed without a value, but each element needs one result. Use defaultIfEmpty().',
    ]);
  });

  it('has a signal, unless its function has one parameter alone', () => {
    const given: unknown[][] = [];
    bench((...all) => `${given.push(all)}`);
    bench((value, signal) => `${given.push([value, signal])}`);
    bench(function (this: unknown, _value) {
      // biome-ignore lint/complexity/noArguments: what is not declared is what this is about
      return `${given.push([...arguments])}`;
    });
    const signal = expect.any(AbortSignal);
    expect(given).toEqual([
      ['x', signal],
      ['x', signal],
      ['x', undefined],
    ]);
  });

  it('may throw', () => {
    const bad = (): never => {
      throw new Error('at once');
    };
    expect(bench(bad).said).toEqual(['Error: at once']);
  });

  it('may have another result in the place of an error, or fail after all', () => {
    const fn = () => throwError(() => 'boom');
    expect(bench(fn, { onError: (error, value) => `${value} ${error}` }).said).toEqual(['x boom']);
    const rethrow = (error: unknown): never => {
      throw new Error(`still ${error}`);
    };
    expect(bench(fn, { onError: rethrow }).said).toEqual(['Error: still boom']);
  });
});

describe('the timeout of a call', () => {
  it('is an error that names the element, aborts the signal, and lets go of the answer', async () => {
    const desk = new Desk();
    let reason: unknown;
    const { clock, said, counts } = bench(
      (value, signal) => {
        signal.addEventListener('abort', () => void (reason = signal.reason));
        return desk.call(value, signal);
      },
      { timeout: 50 },
    );
    clock.advanceTo(1049);
    expect([said, desk.aborted]).toEqual([[], []]);
    clock.advanceTo(1050);
    const sentence =
      'TIMED_OUT: mapAsync: the call for "x" took longer than 50 ms. Raise timeout, or give a result in its place by onTimeout.';
    expect([said, desk.aborted, desk.released, counts.timeouts]).toEqual([[sentence], ['x'], ['x'], 1]);
    expect(told(reason)).toBe(sentence);
  });

  it('may have a result in its place; what comes later is not heard', async () => {
    const desk = new Desk(true);
    const { clock, said } = bench(desk.call, { timeout: 50, onTimeout: (value, timestamp) => `${value}@${timestamp} too slow` });
    clock.advanceTo(1050);
    desk.answer('x', 'at last');
    await settled();
    expect(said).toEqual(['x@7 too slow']);
    const failing = new Desk(true);
    const late = bench(failing.call, { timeout: 50, onTimeout: () => 'too slow' });
    late.clock.advanceTo(1050);
    failing.fail('x');
    await settled();
    expect(late.said).toEqual(['too slow']);
  });

  it('goes to onError without a result of its own, and is over with the result', () => {
    const codes = bench(new Desk().call, { timeout: 50, onError: error => (error as { code: string }).code });
    codes.clock.advanceTo(5000);
    expect(codes.said).toEqual(['TIMED_OUT']);
    const quick = bench(() => 'quick', { timeout: 50 });
    quick.clock.advanceTo(5000);
    expect([quick.said, quick.counts.timeouts]).toEqual([['quick'], 0]);
  });

  it('ends an onTimeout that throws as an error', () => {
    const bad = (): never => {
      throw new Error('no default');
    };
    const { clock, said } = bench(new Desk().call, { timeout: 50, onTimeout: bad });
    clock.advanceTo(1050);
    expect(said).toEqual(['Error: no default']);
  });
});

describe('the retries of a call', () => {
  it('are made after their pause, so often', () => {
    const desk = new Desk();
    const pauses: unknown[] = [];
    const pause = (retry: number, error: unknown): number => {
      pauses.push([retry, String(error)]);
      return 10 * retry;
    };
    const { clock, said, counts } = bench(desk.call, { retries: 2, pause });
    desk.fail('x', 'one');
    clock.advanceTo(1009);
    expect(desk.called).toHaveLength(1);
    clock.advanceTo(1010);
    expect(desk.called).toHaveLength(2);
    desk.fail('x', 'two');
    clock.advanceTo(1030);
    expect([desk.called.length, said]).toEqual([3, []]);
    desk.answer('x', 'third time lucky');
    expect([said, counts.retries, pauses]).toEqual([
      ['third time lucky'],
      2,
      [
        [1, 'one'],
        [2, 'two'],
      ],
    ]);
  });

  it('come to an end, with the last error', () => {
    let calls = 0;
    const fn = (): never => {
      throw new Error(`call ${++calls}`);
    };
    expect(bench(fn, { retries: 3 }).said).toEqual(['Error: call 4']);
    expect(bench(fn, { retries: 3, onError: error => `instead of ${String(error)}` }).said).toEqual(['instead of Error: call 8']);
  });

  it('are made for errors that are worth it', () => {
    const desk = new Desk();
    const { said } = bench(desk.call, { retries: 5, mayRetry: (error, value) => error === 'busy' && value === 'x' });
    desk.fail('x', 'busy').fail('x', 'busy').fail('x', 'not found');
    expect([desk.called.length, said]).toEqual([3, ['not found']]);
  });

  it('are part of the time that the call has', () => {
    const desk = new Desk();
    const { clock, said } = bench(desk.call, { retries: 5, pause: () => 40, timeout: 50, onTimeout: () => 'too slow' });
    desk.fail('x');
    clock.advanceTo(1040);
    desk.fail('x');
    clock.advanceTo(1050);
    expect(said).toEqual(['too slow']);
    clock.advanceTo(5000);
    expect(desk.called).toHaveLength(2);
  });
});

describe('a call that is no longer wanted', () => {
  it('is aborted once, lets go of its Observable, its timers and its retries, and says nothing', async () => {
    const desk = new Desk();
    const watched = bench(desk.call, { timeout: 50 });
    watched.call.cancel();
    watched.call.cancel();
    expect([desk.aborted, desk.released]).toEqual([['x'], ['x']]);

    const paused = bench(desk.call, { retries: 1, pause: () => 10, timeout: 50 });
    desk.fail('x');
    paused.call.cancel();

    const promises = new Desk(true);
    const promised = bench(promises.call);
    promised.call.cancel();
    promises.fail('x');
    await settled();

    for (const { clock, said } of [watched, paused, promised]) {
      clock.advanceTo(5000);
      expect(said).toEqual([]);
    }
    expect(desk.called).toHaveLength(2);
  });

  it('is not aborted when it is over', () => {
    const desk = new Desk();
    const { call } = bench(desk.call);
    desk.answer('x', 'done');
    call.cancel();
    expect(desk.aborted).toEqual([]);
  });
});

import { describe, expect, it, vi } from 'vitest';
import { Reading } from '../../src/job/reading.js';
import { replayable } from '../../src/job/replayable.js';
import { Rooms } from '../../src/job/rooms.js';
import { slowWorld } from './support.js';

/** A target that notes what comes, and where the reading says that it is when it has come. */
function target() {
  const got: number[][] = [];
  return {
    got,
    closed: false,
    ended: 0,
    error_: undefined as unknown,
    next(value: number) {
      got.push([value]);
    },
    all(values: readonly number[]) {
      got.push([...values]);
    },
    error(error: unknown) {
      this.error_ = error;
    },
    complete() {
      this.ended++;
    },
  };
}

const numbers = Array.from({ length: 2000 }, (_, i) => i);

describe('reading', () => {
  it('enters everything in slices, and ends', async () => {
    const to = target();
    const reading = new Reading('n', replayable(numbers).source$, undefined, to, slowWorld(1), new Rooms());
    await reading.run();
    expect(to.got.flat()).toEqual(numbers);
    expect(to.got.length).toBeGreaterThan(1);
    expect([reading.position, reading.ended, to.ended]).toEqual([2000, true, 1]);
  });

  it('makes slices smaller when they take long', async () => {
    const to = target();
    await new Reading('n', replayable(numbers).source$, undefined, to, slowWorld(100), new Rooms()).run();
    expect(Math.max(...to.got.slice(4).map(({ length }) => length))).toBeLessThan(32);
  });

  it.each([
    ['an iterable', () => ({ values: numbers.slice(0, 10), positionAfter: (count: number) => count })],
    ['a source that has nothing yet', () => ({ values: [] as number[], positionAfter: () => 0 })],
  ])('lets others have their turn though %s never has to be waited for', async (_what, read) => {
    let reads = 0;
    const source = { open: () => ({ read: () => (++reads < 10_000 ? read() : undefined) }) };
    const reading = new Reading('n', source, undefined, target(), slowWorld(0.1), new Rooms());
    setImmediate(() => reading.stop());
    await reading.run();
    expect(reads).toBeLessThan(1000);
  });

  it('goes on from a position', async () => {
    const to = target();
    await new Reading('n', replayable(numbers).source$, { position: 1990 }, to, slowWorld(1), new Rooms()).run();
    expect(to.got.flat()).toEqual(numbers.slice(1990));
  });

  it('gives no more than there is room for, and waits for more', async () => {
    const to = target();
    const rooms = new Rooms();
    let free = 2;
    rooms.add(() => free);
    to.all = values => {
      to.got.push([...values]);
      free -= values.length;
      setImmediate(() => {
        free = 2;
        rooms.relieve();
      });
    };
    await new Reading('n', replayable(numbers.slice(0, 7)).source$, undefined, to, slowWorld(1), rooms).run();
    expect(to.got).toEqual([[0, 1], [2, 3], [4, 5], [6]]);
  });

  it('stops in the middle, behind what was entered', async () => {
    const to = target();
    const reading: Reading<number> = new Reading('n', replayable(numbers).source$, undefined, to, slowWorld(1), new Rooms());
    const { all } = to;
    to.all = values => {
      all.call(to, values);
      reading.stop();
    };
    await reading.run();
    expect([reading.position, reading.ended, to.ended]).toEqual([to.got.flat().length, false, 0]);
    expect(reading.position).toBeLessThan(2000);
  });

  it('passes on what a source fails with, and closes it', async () => {
    const to = target();
    let closed = 0;
    const source = {
      open: () => ({
        read: () => {
          throw new Error('torn');
        },
        close: () => void closed++,
      }),
    };
    await new Reading('n', source, undefined, to, slowWorld(1), new Rooms()).run();
    expect([String(to.error_), closed]).toEqual(['Error: torn', 1]);
  });

  it('closes a reader that comes to be open after the stop, and opens none behind it', async () => {
    const to = target();
    let opened = (_reader: { read(): undefined; close(): void }): void => undefined;
    const [opens, closes] = [vi.fn(), vi.fn()];
    const source = {
      open: () => {
        opens();
        return new Promise<{ read(): undefined; close(): void }>(resolve => {
          opened = resolve;
        });
      },
    };
    const late = new Reading('n', source, undefined, to, slowWorld(1), new Rooms());
    const run = late.run();
    late.stop();
    opened({ read: () => undefined, close: closes });
    await run;
    const never = new Reading('n', source, undefined, to, slowWorld(1), new Rooms());
    never.stop();
    await never.run();
    expect([opens.mock.calls.length, closes.mock.calls.length, to.ended]).toEqual([1, 1, 0]);
  });
});

it('moves over what holds no elements, if a batch says so', async () => {
  const batches = [
    { values: [1], positionAfter: () => 1 },
    { values: [], positionAfter: () => -1, position: 7 },
    { values: [], positionAfter: () => -1 },
  ];
  const to = target();
  const reading = new Reading<number>('n', { open: () => ({ read: () => batches.shift() }) }, undefined, to, slowWorld(1), new Rooms());
  await reading.run();
  expect([to.got.flat(), reading.position]).toEqual([[1], 7]);
});

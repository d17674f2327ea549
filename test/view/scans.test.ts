import { describe, expect, it } from 'vitest';
import type { StateEntry } from '../../src/engine/stateReader.js';
import { inSlices, Scans } from '../../src/view/scans.js';
import { failure } from '../job/support.js';

const entry = (key: number): StateEntry<number, number> => ({ key }) as StateEntry<number, number>;

class World {
  now = 0;
  pauses = 0;
  readonly timers = new Set<() => void>();
  readonly released: number[] = [];
  readonly env = {
    now: () => this.now++,
    pause: async (): Promise<void> => void this.pauses++,
    after: (_milliseconds: number, task: () => void) => {
      this.timers.add(task);
      return () => void this.timers.delete(task);
    },
  };
  readonly scans = new Scans(this.env, { epoch: 7 });

  begin(count: number, limit: number, name = 0): ReturnType<Scans['begin']> {
    const entries = Array.from({ length: count }, (_, i) => entry(i));
    return this.scans.begin(
      { entries: entries.flatMap(one => [undefined, one]).values(), release: () => void this.released.push(name) },
      limit,
      name,
    );
  }
}

describe('a scan', () => {
  it('goes on from page to page, and lets go at its end', async () => {
    const world = new World();
    const first = await world.begin(5, 2);
    expect(first).toEqual({ entries: [entry(0), entry(1)], cursor: '7.1.1' });
    const second = world.scans.resume('7.1.1', 2);
    expect(await second.page).toEqual({ entries: [entry(2), entry(3)], cursor: '7.1.2' });
    expect(world.released).toEqual([]);
    // An answer may be lost: the page can be had again, until the next one is asked for.
    expect(await world.scans.resume('7.1.1', 2).page).toBe(await second.page);
    expect(await world.scans.resume('7.1.2', 2).page).toEqual({ entries: [entry(4)], cursor: undefined });
    expect(world.released).toEqual([0]);
    expect(() => world.scans.resume('7.1.1', 2)).toThrow(/its scan is over/);
    expect(await world.scans.resume('7.1.2', 2).page).toEqual({ entries: [entry(4)], cursor: undefined });
  });

  it('of one page is over at once, also if that is full', async () => {
    const world = new World();
    expect((await world.begin(2, 2)).cursor).toBeUndefined();
    expect((await world.begin(0, 2)).entries).toEqual([]);
    expect([world.scans.size, world.released, world.timers.size]).toEqual([0, [0, 0], 0]);
  });

  it('is forgotten when nobody goes on with it, and when there are too many', async () => {
    const world = new World();
    await world.begin(5, 2, 1);
    for (const due of world.timers) due();
    expect(world.released).toEqual([1]);
    expect(() => world.scans.resume('7.1.1', 2)).toThrow(/30 s/);
    for (let i = 2; i <= 18; i++) await world.begin(5, 2, i);
    expect([world.scans.size, world.released]).toEqual([16, [1, 2]]);
    world.scans.close();
    expect(world.scans.size).toBe(0);
  });

  it('is known by its run', async () => {
    const world = new World();
    await world.begin(5, 2);
    for (const cursor of ['6.1.1', '7.2.1', '7.1.2', 'x', ''])
      expect(() => world.scans.resume(cursor, 2)).toThrow(expect.objectContaining({ code: 'CURSOR_EXPIRED' }));
  });

  it('lets others have their turn', async () => {
    const world = new World();
    await world.begin(1000, 1000);
    expect(world.pauses).toBeGreaterThan(5);
  });

  it('that fails lets go', async () => {
    const world = new World();
    const bad = (function* (): Generator<undefined> {
      yield undefined;
      throw new Error('broken');
    })();
    expect((await failure(world.scans.begin({ entries: bad, release: () => void world.released.push(9) }, 5, 0))).message).toBe('broken');
    expect([world.released, world.scans.size]).toEqual([[9], 0]);
  });

  it('ends where who takes it says so', async () => {
    const taken: number[] = [];
    const more = await inSlices([1, 2, 3].values(), new World().env, item => taken.push(item) < 2);
    expect([more, taken]).toEqual([true, [1, 2]]);
  });
});

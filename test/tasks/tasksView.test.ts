import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { view } from '../../src/view/view.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { World } from './harness.js';
import { numbersOf, records } from './support.js';

const perNumber = view<number, number>('perNumber');

/** Two tasks, of which one has the even numbers, and the other one the odd ones. */
async function begun() {
  const world = new World({ in: 2, out: 1 });
  world.kafka.write([...records([0, 2, 2, 4, 40], 0), ...records([1, 3, 3, 3, 41], 1)]);
  let seen = 0;
  const member = world.start(client =>
    numbersOf(client).pipe(windowBy(tumbling(10), { name: perNumber, key: ({ value }) => value, aggregate: count(), allowedLateness: 5 })),
  );
  const asked = member.job.view(perNumber);
  member.job.values.subscribe(() => void seen++);
  await world.until(() => seen === 5);
  return { world, asked };
}

/** While the world turns. */
async function settled<T>(world: World, promise: Promise<T>): Promise<T> {
  let over = false;
  const end = (): void => {
    over = true;
  };
  promise.then(end, end);
  await world.until(() => over);
  return promise;
}

describe('a view of a job in tasks', () => {
  it('finds a key in whichever task has it, and says what is nowhere, or gone', async () => {
    const { world, asked } = await begun();
    const get = (key: number, at: number) => settled(world, asked.get(key, at));
    expect(await get(40, 45)).toMatchObject({ key: 40, value: 1, status: 'open', window: { start: 40, end: 50 } });
    expect(await get(41, 45)).toMatchObject({ key: 41, value: 1 });
    expect(await get(5, 45)).toMatchObject({ status: 'none' });
    expect(await get(3, 5)).toMatchObject({ status: 'expired', value: undefined });
    expect(asked.local.get(41, 45)).toMatchObject({ value: 1 });
    expect(asked.local.of(40).map(({ value }) => value)).toEqual([1]);
    await world.end();
  });

  it('goes through the tasks in pages', async () => {
    const { world, asked } = await begun();
    const first = await settled(world, asked.entries({ limit: 10 }));
    expect(first.entries.map(({ key }) => key)).toEqual([40]);
    const second = await settled(world, asked.entries({ limit: 10, cursor: first.cursor as string }));
    expect(second.entries.map(({ key }) => key)).toEqual([41]);
    expect(second.cursor).toBeUndefined();
    await expect(asked.entries({ cursor: 'x' })).rejects.toMatchObject({ code: 'BAD_OPTION' });
    await expect(asked.entries({ cursor: '7:' })).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
    const scanned = async (): Promise<number[]> => {
      const keys: number[] = [];
      for await (const { key } of asked.scan()) keys.push(key);
      return keys;
    };
    expect(await settled(world, scanned())).toEqual([40, 41]);
    expect((await settled(world, asked.windows())).windows).toEqual([{ start: 40, end: 50 }]);
    await world.end();
  });

  it('is not followed, and answers nothing where no task is at work', async () => {
    const { world, asked } = await begun();
    await expect(firstValueFrom(asked.changes())).rejects.toMatchObject({ code: 'NOT_READABLE' });
    await world.end();
    await expect(asked.get(40)).rejects.toMatchObject({ code: 'NOT_NOW' });
    expect(() => asked.local.get(40)).toThrow('no task of the job is at work in this process');
    asked.close();
  });
});

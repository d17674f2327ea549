/** Real processes that are really killed: what is committed in the end is what an undisturbed process commits. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Arena, committed, Life, SEED } from './child.js';

const KILLS = 12;
const arena = new Arena(SEED);
beforeAll(() => arena.open(), 60_000);
afterAll(() => arena.close());

it(`commits the same rows, in the same order, however often it is killed (seed ${SEED})`, { timeout: 120_000 }, async () => {
  const folder = arena.folder();
  // The killer grows tired, so that the job comes to its end; until then no life reads enough for that.
  for (let kills = 0; kills < KILLS; kills++) {
    const checkpoints = 1 + arena.below(3);
    const life = new Life(folder, 'files', undefined, checkpoints);
    expect(await life.hear('checkpoint', checkpoints)).not.toBe('over');
    life.signal('SIGKILL');
    expect(await life.over).toBe('SIGKILL');
  }
  expect(await new Life(folder).over).toBe('done');
  expect(committed(folder)).toEqual(arena.expected);
});

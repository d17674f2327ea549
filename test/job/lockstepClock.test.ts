import { describe, expect, it } from 'vitest';
import { LockstepClock } from '../../src/job/lockstepClock.js';
import { manualClock } from '../../src/testing/manualClock.js';

function lockstep() {
  const world = manualClock(100);
  const turns: string[][] = [];
  let said: string[] = [];
  const clock = new LockstepClock(world, work => {
    said = [];
    turns.push(said);
    work();
  });
  return { world, clock, turns, say: (text: string) => () => void said.push(`${text}@${clock.now()}`) };
}

describe('LockstepClock', () => {
  it('stands still until it is moved, and never goes back', () => {
    const { world, clock } = lockstep();
    world.advanceTo(150);
    expect(clock.now()).toBe(100);
    clock.move();
    expect(clock.now()).toBe(150);
  });

  it('runs what is due in one turn, in order of time, then of asking, at one instant', () => {
    const { world, clock, turns, say } = lockstep();
    clock.at(120, say('b'));
    clock.at(110, say('a'));
    clock.at(120, say('c'));
    clock.at(300, say('d'));
    clock.start();
    world.advanceTo(130);
    expect(turns).toEqual([['a@130', 'b@130', 'c@130']]);
    world.advanceTo(400);
    expect(turns[1]).toEqual(['d@400']);
  });

  it('runs before a slice what has become due, and not again by the timer', () => {
    const { world, clock, turns, say } = lockstep();
    clock.at(110, say('a'));
    world.advanceTo(120);
    expect(turns).toEqual([]);
    clock.move();
    expect(turns).toEqual([['a@120']]);
    clock.start();
    world.advanceTo(200);
    expect(turns).toHaveLength(1);
  });

  it('leaves out what has been taken back, also in the same turn, and what is asked for in a turn until the next', () => {
    const { world, clock, turns, say } = lockstep();
    clock.at(105, say('gone')).unsubscribe();
    const later = clock.at(110, say('later'));
    clock.at(106, () => {
      later.unsubscribe();
      clock.at(0, say('next'));
    });
    clock.start();
    world.advanceTo(110);
    expect(turns).toEqual([[], ['next@110']]);
  });

  it('runs nothing after its end', () => {
    const { world, clock, turns, say } = lockstep();
    clock.at(110, say('a'));
    clock.start();
    clock.stop();
    clock.at(105, say('b'));
    world.advanceTo(200);
    expect(turns).toEqual([]);
  });
});

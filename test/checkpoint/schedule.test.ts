import { describe, expect, it } from 'vitest';
import type { CompletedCheckpoint } from '../../src/checkpoint/events.js';
import { CheckpointSchedule } from '../../src/checkpoint/schedule.js';
import { TidemarkError } from '../../src/errors.js';
import { failure } from './failure.js';
import { settle, TestWorld } from './memory.js';

const done = {} as CompletedCheckpoint;

function scheduled(takes = 0, options = {}) {
  const world = new TestWorld();
  const begun: number[] = [];
  const state = {
    failure: undefined as TidemarkError | undefined,
    outcome: undefined as TidemarkError | undefined,
    failed: [] as string[],
  };
  const schedule = new CheckpointSchedule(
    world,
    { every: 100, minPause: 30, tolerableFailures: 1, ...options },
    {
      coordinator: state,
      make: signal => {
        begun.push(world.time);
        return new Promise((resolve, reject) => {
          world.after(takes, () => (state.outcome ? reject(state.outcome) : resolve(done)));
          signal.addEventListener('abort', () => reject(new Error('called off')));
        });
      },
      fail: error => state.failed.push(error.message),
    },
  );
  return { world, begun, state, schedule };
}

describe('CheckpointSchedule', () => {
  it('goes from start to start, and leaves a pause behind a long one', async () => {
    const short = scheduled(10);
    short.schedule.start();
    await short.world.advance(350);
    expect(short.begun).toEqual([100, 200, 300]);
    const long = scheduled(150);
    long.schedule.start();
    await long.world.advance(500);
    expect(long.begun).toEqual([100, 280, 460]);
  });

  it('is hastened, as far as the pause behind the last one allows', async () => {
    const { world, begun, schedule } = scheduled(10);
    schedule.start();
    await world.advance(20);
    schedule.hasten();
    await world.advance(15);
    // The one of 20 ended at 30: not before 60.
    schedule.hasten();
    schedule.hasten();
    await world.advance(30);
    // While one is under way, that is the one behind it.
    schedule.hasten();
    await world.advance(45);
    expect(begun).toEqual([20, 60, 100]);
    await world.advance(100);
    expect(begun).toEqual([20, 60, 100, 200]);
  });

  it('fails after more failures in a row than it bears; a success begins anew', async () => {
    const { world, begun, state, schedule } = scheduled();
    schedule.start();
    state.outcome = new TidemarkError('STORAGE_FULL', 'full');
    await world.advance(100);
    state.outcome = undefined;
    await world.advance(100);
    expect(schedule.failures).toBe(0);
    state.outcome = new TidemarkError('STORAGE_FULL', 'full');
    await world.advance(1000);
    expect(begun).toEqual([100, 200, 300, 400]);
    expect(state.failed).toEqual(['2 checkpoints in a row have failed, the last one so: full']);
    expect([world.timers.size, schedule.due]).toEqual([0, Infinity]);
    expect(await failure(schedule.request())).toMatch('CHECKPOINT_FAILED');
  });

  it.each(['FENCED', 'UNSTORABLE', 'STORAGE_LOST'] as const)('gives up at once when it is %s', async code => {
    const { world, state, schedule } = scheduled();
    schedule.start();
    state.outcome = new TidemarkError(code, 'so it is');
    await world.advance(500);
    expect(state.failed).toEqual(['so it is']);
  });

  it('begins what is overdue when it is poked, for timers that do not come', async () => {
    const { world, begun, schedule } = scheduled(10);
    schedule.start();
    world.timers.clear();
    world.time = 99;
    schedule.poke();
    expect(begun).toEqual([]);
    world.time = 130;
    schedule.poke();
    schedule.poke();
    await world.advance(10);
    schedule.poke();
    expect([begun, schedule.due]).toEqual([[130], 230]);
    await schedule.stop();
    world.time = 500;
    schedule.poke();
    expect(begun).toEqual([130]);
  });

  it('makes one when asked, and another for whoever asks while it is made', async () => {
    const { world, begun, schedule } = scheduled(50, { every: Infinity });
    schedule.start();
    const first = schedule.request();
    await settle();
    const others = [schedule.request(), schedule.request(true)];
    await world.advance(200);
    expect(await Promise.all([first, ...others])).toEqual([done, done, done]);
    expect(begun).toEqual([0, 50]);
  });

  it('stops: what is under way is called off and counts for nothing', async () => {
    const { world, state, schedule } = scheduled(50);
    const asked = failure(schedule.request());
    await schedule.stop();
    expect(await asked).toMatch('called off');
    await world.advance(1000);
    expect([schedule.failures, state.failed]).toEqual([0, []]);
    expect(await failure(schedule.request())).toMatch('checkpoints have been stopped');
  });
});

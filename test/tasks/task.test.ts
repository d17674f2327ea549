import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Env } from '../../src/checkpoint/env.js';
import { TidemarkError } from '../../src/errors.js';
import type { JobEvent } from '../../src/job/jobEvent.js';
import type { RunningJob } from '../../src/job/runningJob.js';
import { Task } from '../../src/tasks/task.js';

const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

/** Lives that end when told to. */
function host() {
  const lives: { readonly values: Subject<unknown>; readonly events: Subject<JobEvent>; fail(error: unknown): void; stopped: boolean }[] =
    [];
  const told: JobEvent[] = [];
  const rests: { readonly milliseconds: number; readonly end: () => void }[] = [];
  const failures: unknown[] = [];
  const values: unknown[] = [];
  return {
    lives,
    told,
    rests,
    failures,
    values,
    env: {
      after(milliseconds: number, end: () => void) {
        rests.push({ milliseconds, end });
        return () => undefined;
      },
    } as unknown as Env,
    begin() {
      let settle: { resolve(): void; reject(error: unknown): void } | undefined;
      const done = new Promise<void>((resolve, reject) => {
        settle = { resolve, reject };
      });
      const life = {
        values: new Subject<unknown>(),
        events: new Subject<JobEvent>(),
        done,
        status: { state: 'running' },
        stopped: false,
        fail: (error: unknown) => settle?.reject(error),
        checkpoint: async () => 'a checkpoint',
        async stop() {
          life.stopped = true;
          settle?.resolve();
        },
      };
      lives.push(life);
      return life as unknown as RunningJob<unknown>;
    },
    tell: (event: JobEvent) => void told.push(event),
    value: (value: unknown) => void values.push(value),
    fail: (error: unknown) => void failures.push(error),
  };
}

const fenced = new TidemarkError('FENCED', 'another');

describe('a task', () => {
  it('hands on what its life says, and makes its checkpoints', async () => {
    const its = host();
    const task = new Task(its);
    await turns();
    its.lives[0]?.values.next(5);
    its.lives[0]?.events.next({ type: 'started', restored: 3 });
    expect([its.values, its.told]).toEqual([[5], [{ type: 'started', restored: 3 }]]);
    expect(await task.checkpoint()).toBe('a checkpoint');
    await task.stop();
    expect(its.lives[0]?.stopped).toBe(true);
  });

  it('begins again after a rest, when the world has failed', async () => {
    const its = host();
    const task = new Task(its);
    await turns();
    its.lives[0]?.fail(fenced);
    await turns();
    expect(its.told).toEqual([{ type: 'restarting', attempt: 1, delay: 200, error: fenced }]);
    expect(task.checkpoint()).toBeUndefined();
    its.rests[0]?.end();
    await turns();
    expect(its.lives).toHaveLength(2);
    its.lives[1]?.events.next({ type: 'checkpoint', checkpoint: {} as never });
    its.lives[1]?.fail(fenced);
    await turns();
    expect(its.told.at(-1)).toMatchObject({ attempt: 1 });
    await task.stop();
    expect([its.lives.length, its.failures]).toEqual([2, []]);
  });

  it('is the end of the job, when the program has failed', async () => {
    const its = host();
    const task = new Task(its);
    await turns();
    its.lives[0]?.fail('a mistake');
    await task.ended;
    expect(its.failures).toEqual(['a mistake']);
  });

  it('says nothing more when it was given up, whatever becomes of it', async () => {
    const its = host();
    const task = new Task(its);
    await turns();
    const stopped = task.stop();
    its.lives[0]?.fail(new Error('late'));
    await stopped;
    expect([its.failures, its.told]).toEqual([[], []]);
  });

  it('waits for the one before', async () => {
    const its = host();
    let end: () => void = () => undefined;
    const task = new Task(its, new Promise<void>(resolve => (end = resolve)));
    await turns();
    expect(its.lives).toHaveLength(0);
    end();
    await turns();
    expect(its.lives).toHaveLength(1);
    await task.stop();
  });

  it('that is stopped before it begins does not', async () => {
    const its = host();
    const task = new Task(its, Promise.resolve());
    await task.stop();
    expect(its.lives).toHaveLength(0);
  });
});

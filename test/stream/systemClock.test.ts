import { TestScheduler } from 'rxjs/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { plainContext, systemClock } from '../../src/stream/systemClock.js';

const DAY = 86_400_000;

describe('systemClock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => void vi.useRealTimers());

  it('runs a task once, at its time, and never within the call', () => {
    const ran: number[] = [];
    systemClock.at(1_000_050, () => ran.push(systemClock.now()));
    systemClock.at(0, () => ran.push(systemClock.now()));
    expect(ran).toEqual([]);
    vi.advanceTimersByTime(49);
    expect(ran).toEqual([1_000_000]);
    vi.advanceTimersByTime(1_000);
    expect(ran).toEqual([1_000_000, 1_000_050]);
  });

  it('forgets a task that is taken back', () => {
    const task = vi.fn();
    systemClock.at(1_000_050, task).unsubscribe();
    vi.advanceTimersByTime(1_000);
    expect(task).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits longer than a timer can', () => {
    const task = vi.fn();
    systemClock.at(1_000_000 + 60 * DAY, task);
    vi.advanceTimersByTime(60 * DAY - 1);
    expect(task).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(task).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(60 * DAY);
    expect(task).toHaveBeenCalledTimes(1);
  });
});

describe('plainContext', () => {
  it('is the clock of the system, without snapshots', () => {
    expect(plainContext).toEqual({ clock: systemClock, state: undefined });
  });

  it('follows the virtual time of TestScheduler.run', () => {
    const ran: number[] = [];
    new TestScheduler(() => {}).run(({ flush }) => {
      systemClock.at(30 * DAY, () => ran.push(systemClock.now()));
      systemClock.at(5, () => ran.push(systemClock.now()));
      flush();
    });
    expect(ran).toEqual([5, 30 * DAY]);
  });
});

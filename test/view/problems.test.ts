import { describe, expect, it } from 'vitest';
import { checkRunning, isReadable, notReadable } from '../../src/view/problems.js';

const host = (state: string, windows: [string, any][] = []): any => ({
  name: 'job',
  state,
  windows: new Map(windows),
  streams: [{ kind: 'mapAsync', name: 'calls' }],
});

describe('what stands in the way', () => {
  it.each(['running', 'draining'])('is nothing while a job is %s', state => {
    expect(() => checkRunning(host(state), 'w')).not.toThrow();
  });

  it.each([
    ['starting', /Ask again when it runs/],
    ['standby', /Ask again when it runs/],
    ['stopped', /its last checkpoint/],
    ['completed', /its last checkpoint/],
    ['failed', /its last checkpoint/],
  ])('is a job that is %s', (state, cure) => {
    expect(() => checkRunning(host(state), 'w')).toThrow(cure);
  });

  it('is a job that rests', () => {
    expect(() => checkRunning(undefined, 'w')).toThrow(/restarting/);
  });

  it('is an operator without state that can be read', () => {
    const job = host('running', [
      ['w', { kind: 'windowBy', machine: { inside: {} } }],
      ['j', { kind: 'joinWith(tumbling(1h))', machine: { inside: {} } }],
    ]);
    expect([isReadable(job, 'w'), isReadable(job, 'j'), isReadable(job, 'x')]).toEqual([true, false, false]);
    expect(notReadable(job, 'calls').message).toBe(
      'view "calls" of job job: mapAsync cannot be read: views are of windowBy and coGroup. Views can be had of w.',
    );
    expect(notReadable(job, 'j').message).toContain('joinWith(tumbling(1h)) cannot be read');
    expect(notReadable(host('running'), 'x').message).toContain('No operator of this job can be read');
  });
});

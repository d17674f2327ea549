import { describe, expect, it } from 'vitest';
import { JobRegistry } from '../../src/job/jobRegistry.js';
import { refusal } from '../support.js';

const NONE = new Set<string>();

describe('the registry of a job', () => {
  it('gives each operator its state by kind and name, in whatever order they come', () => {
    const restored = new Map([
      ['windowBy/w', { rest: 1, parts: [{ id: 1, data: 'x' }] }],
      ['finals/w', { rest: 2, parts: [] }],
    ]);
    const registry = new JobRegistry('j', restored);
    expect(registry.register('finals', 'w', () => 0)).toBe(2);
    expect(registry.registerParts('windowBy', 'w', () => ({ rest: 0, parts: [] }))).toEqual({ rest: 1, parts: [{ id: 1, data: 'x' }] });
    expect(registry.register('windowBy', 'new', () => 0)).toBe(undefined);
    registry.check(NONE, NONE);
  });

  it('takes the cuts of all', () => {
    const registry = new JobRegistry('j', undefined);
    registry.register('eventTime', 's', () => ({ at: 5 }));
    registry.registerParts('windowBy', 'w', (number, since) => ({ rest: [number, since], parts: [{ id: 7 }] }));
    expect(registry.cut(3, 2)).toEqual([
      { kind: 'eventTime', name: 's', rest: { at: 5 }, parts: [] },
      { kind: 'windowBy', name: 'w', rest: [3, 2], parts: [{ id: 7 }] },
    ]);
  });

  it('refuses operators without a name, all of them at once', () => {
    const registry = new JobRegistry('j', undefined);
    registry.register('eventTime', undefined, () => 0);
    registry.register('windowBy', undefined, () => 0);
    expect(refusal(() => registry.check(NONE, NONE))).toContain(
      'operators with state need a name, by which a later program finds it: eventTime, windowBy.',
    );
  });

  it('refuses two of one kind and name', () => {
    const registry = new JobRegistry('j', undefined);
    registry.register('windowBy', 'w', () => 0);
    registry.register('finals', 'w', () => 0);
    registry.register('windowBy', 'w', () => 0);
    expect(refusal(() => registry.check(NONE, NONE))).toContain('these are there more than once: windowBy "w".');
  });

  it('refuses to lose state silently', () => {
    const registry = new JobRegistry('j', new Map([['windowBy/gone', { rest: 1, parts: [] }]]));
    expect(refusal(() => registry.check(NONE, NONE))).toContain("allowDropped: ['windowBy/gone']");
    registry.check(new Set(['windowBy/gone']), NONE);
    // Its stream is there, above an operator that had all of its input before the restart.
    registry.check(NONE, new Set(['windowBy/gone']));
    // Another kind of that name is another operator.
    expect(refusal(() => registry.check(NONE, new Set(['dedupe/gone'])))).toContain("allowDropped: ['windowBy/gone']");
  });
});

import { describe, expect, it } from 'vitest';
import { JobRegistry } from '../../src/job/jobRegistry.js';
import { refusal } from '../support.js';

describe('the registry of a job', () => {
  it('gives each operator its state by kind and name, in whatever order they come', () => {
    const restored = new Map([
      ['windowBy/w', { rest: 1, parts: [{ id: 1, data: 'x' }] }],
      ['finals/w', { rest: 2, parts: [] }],
    ]);
    const registry = new JobRegistry({ operators: restored });
    expect(registry.register('finals', 'w', () => 0)).toBe(2);
    expect(registry.registerParts('windowBy', 'w', () => ({ rest: 0, parts: [] }))).toEqual({ rest: 1, parts: [{ id: 1, data: 'x' }] });
    expect(registry.register('windowBy', 'new', () => 0)).toBe(undefined);
    registry.check('run');
  });

  it('takes the cuts of all', () => {
    const registry = new JobRegistry(undefined);
    registry.register('eventTime', 's', () => ({ at: 5 }));
    registry.registerParts('windowBy', 'w', (number, since) => ({ rest: [number, since], parts: [{ id: 7 }] }));
    expect(registry.cut(3, 0)).toEqual([
      { kind: 'eventTime', name: 's', rest: { at: 5 }, parts: [] },
      { kind: 'windowBy', name: 'w', rest: [1, 0], parts: [{ id: 7 }] },
    ]);
  });

  it('numbers cuts as they come, those of readers too, and knows those of barriers by their numbers', () => {
    const registry = new JobRegistry(undefined);
    registry.registerParts('windowBy', 'w', (number, since) => ({ rest: [number, since], parts: [] }));
    const cut = (barrier: number, before: number): unknown => registry.cut(barrier, before)[0]?.rest;
    expect(cut(1, 0)).toEqual([1, 0]);
    expect(registry.nextCut()).toBe(2);
    expect(cut(2, 1)).toEqual([3, 1]);
    // A savepoint is a second cut at one barrier. The third barrier has failed.
    expect([cut(4, 0), cut(4, 2)]).toEqual([
      [4, 0],
      [4, 3],
    ]);
    expect(cut(5, 4)).toEqual([5, 4]);
  });

  it('refuses operators without a name, all of them at once', () => {
    const registry = new JobRegistry(undefined);
    registry.register('eventTime', undefined, () => 0);
    registry.register('windowBy', undefined, () => 0);
    expect(refusal(() => registry.check('run'))).toContain(
      'operators with state need a name, by which a later program finds it: eventTime, windowBy.',
    );
  });

  it('refuses two of one kind and name', () => {
    const registry = new JobRegistry(undefined);
    registry.register('windowBy', 'w', () => 0);
    registry.register('finals', 'w', () => 0);
    registry.register('windowBy', 'w', () => 0);
    expect(refusal(() => registry.check('run'))).toContain('these are there more than once: windowBy "w".');
  });
});

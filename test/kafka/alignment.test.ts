import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Alignment } from '../../src/kafka/alignment.js';

function aligned(...names: string[]): Alignment {
  const alignment = new Alignment(100);
  for (const name of names) alignment.gain(name);
  return alignment;
}

describe('alignment', () => {
  it('pauses who is more than the drift ahead, and resumes at half of it', () => {
    const alignment = aligned('a', 'b');
    alignment.heard('a', 0);
    alignment.heard('b', 100);
    expect(alignment.changes()).toEqual({ pause: [], resume: [] });
    alignment.heard('b', 101);
    expect(alignment.changes()).toEqual({ pause: ['b'], resume: [] });
    alignment.heard('a', 50);
    expect(alignment.changes()).toEqual({ pause: [], resume: [] });
    expect(alignment.paused('b')).toBe(true);
    alignment.heard('a', 51);
    expect(alignment.changes()).toEqual({ pause: [], resume: ['b'] });
    expect(alignment.paused('b')).toBe(false);
  });

  it('lets one that was not heard hold the others back, until it is heard, idle or lost', () => {
    for (const free of ['heard', 'rest', 'lose'] as const) {
      const alignment = aligned('a', 'b');
      alignment.heard('a', 0);
      expect(alignment.changes()).toEqual({ pause: ['a'], resume: [] });
      alignment[free]('b', 0);
      expect(alignment.changes()).toEqual({ pause: [], resume: ['a'] });
    }
  });

  it('does not go back by older timestamps, and takes word of an idle one for its return', () => {
    const alignment = aligned('a', 'b');
    alignment.heard('a', 0);
    alignment.rest('a');
    alignment.heard('b', 500);
    expect(alignment.changes().pause).toEqual([]);
    alignment.heard('a', -50);
    expect(alignment.changes().pause).toEqual(['b']);
    alignment.heard('a', 450);
    expect(alignment.changes().resume).toEqual(['b']);
    alignment.heard('a', -50);
    expect(alignment.changes()).toEqual({ pause: [], resume: [] });
  });

  it('knows nothing of partitions that are others’', () => {
    const alignment = aligned();
    alignment.heard('x', 1);
    alignment.rest('x');
    alignment.lose('x');
    expect(alignment.paused('x')).toBe(false);
    expect(alignment.changes()).toEqual({ pause: [], resume: [] });
    alignment.gain('x');
    alignment.heard('x', 7);
    alignment.gain('x');
    alignment.gain('y');
    expect(alignment.changes()).toEqual({ pause: ['x'], resume: [] });
  });

  it('refuses what is no drift', () => {
    expect(() => new Alignment(0)).toThrowError(/alignment must be longer than zero/);
    expect(() => new Alignment('soon' as never, 'fromKafka: alignment')).toThrowError(/fromKafka: alignment/);
  });
});

/** What may happen, in any order. */
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('batch' as const), of: fc.nat(7), by: fc.integer({ min: -20, max: 120 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('rest' as const, 'gain' as const, 'lose' as const), of: fc.nat(7), by: fc.constant(0) }),
  },
);

interface Known {
  newest: number;
  idle: boolean;
  paused: boolean;
}

describe('whatever happens', () => {
  it('the slowest runs, nobody is further ahead than the drift and one batch, and all who may go on do', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), steps => {
        const alignment = new Alignment(100);
        const known = new Map<string, Known>();
        for (const { kind, of, by } of steps) {
          const name = `p${of}`;
          const partition = known.get(name);
          if (kind === 'gain') {
            if (!partition) known.set(name, { newest: Number.MIN_SAFE_INTEGER, idle: false, paused: false });
            alignment.gain(name);
          } else if (kind === 'lose') {
            known.delete(name);
            alignment.lose(name);
          } else if (kind === 'rest') {
            if (partition) partition.idle = true;
            alignment.rest(name);
          } else if (partition && !partition.paused) {
            // A batch comes of those alone that run. It spans at most 120.
            partition.newest = Math.max(partition.newest, (partition.newest < -1e9 ? slowest(known, -1e9) : partition.newest) + by);
            partition.idle = false;
            alignment.heard(name, partition.newest);
          }
          settle(alignment, known);
        }
      }),
    );
  });

  it('all is read to the end, if whoever runs and has something to read is read', () => {
    const input = fc.array(fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 30 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(input, fc.infiniteStream(fc.nat(1000)), (partitions, choices) => {
        const alignment = new Alignment(100);
        const left = new Map(partitions.map((times, i) => [`p${i}`, times.toSorted((a, b) => a - b)]));
        const paused = new Set<string>();
        const turn = () => {
          const { pause, resume } = alignment.changes();
          for (const name of pause) paused.add(name);
          for (const name of resume) paused.delete(name);
        };
        for (const name of left.keys()) alignment.gain(name);
        for (;;) {
          const ready = [...left.keys()].filter(name => !paused.has(name));
          if (ready.length === 0) break;
          const name = ready[(choices.next().value as number) % ready.length] as string;
          const time = left.get(name)?.shift();
          if (time === undefined) {
            alignment.rest(name);
            left.delete(name);
          } else alignment.heard(name, time);
          turn();
        }
        expect([...left.keys()]).toEqual([]);
      }),
    );
  });

  it('does not flap: between two changes of one partition the slowest moves by at least half the drift', () => {
    const alignment = aligned('slow', 'fast');
    let changes = 0;
    let fast = 0;
    for (let slow = 0; slow <= 10_000; slow++) {
      alignment.heard('slow', slow);
      if (!alignment.paused('fast')) alignment.heard('fast', (fast = slow + 101));
      const { pause, resume } = alignment.changes();
      changes += pause.length + resume.length;
    }
    expect(fast).toBeGreaterThan(9_900);
    expect(changes).toBeLessThanOrEqual((2 * 10_000) / 50);
  });

  it('costs little among many', () => {
    const alignment = new Alignment(100);
    const names = Array.from({ length: 20_000 }, (_, i) => `p${i}`);
    for (const name of names) alignment.gain(name);
    for (let round = 1; round <= 3; round++) {
      for (const name of names) {
        alignment.heard(name, round * 10);
        alignment.changes();
      }
    }
    expect(names.some(name => alignment.paused(name))).toBe(false);
  });
});

/** By a look at all. */
function settle(alignment: Alignment, known: Map<string, Known>): void {
  const { pause, resume } = alignment.changes();
  const min = slowest(known, Number.POSITIVE_INFINITY);
  expect(new Set([...pause, ...resume]).size).toBe(pause.length + resume.length);
  for (const name of pause) {
    const partition = known.get(name) as Known;
    expect(partition.paused).toBe(false);
    partition.paused = true;
  }
  for (const name of resume) {
    const partition = known.get(name) as Known;
    expect(partition.paused).toBe(true);
    partition.paused = false;
  }
  for (const [name, { newest, paused, idle }] of known) {
    expect(alignment.paused(name)).toBe(paused);
    const ahead = newest - min;
    if (!paused) expect(ahead).toBeLessThanOrEqual(100);
    else expect(ahead).toBeGreaterThan(50);
    if (!idle && newest === min) expect(paused).toBe(false);
  }
  expect(alignment.changes()).toEqual({ pause: [], resume: [] });
}

function slowest(known: Map<string, Known>, none: number): number {
  const counting = [...known.values()].filter(({ idle }) => !idle);
  return counting.length === 0 ? none : Math.min(...counting.map(({ newest }) => newest));
}

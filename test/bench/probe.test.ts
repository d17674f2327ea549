import { describe, expect, it } from 'vitest';
import { Digest } from '../../bench/contenders/digest.js';
import type { Feed } from '../../bench/contenders/feed.js';
import { disagreements, type Measured } from '../../bench/harness.js';
import { probe } from '../../bench/probe.js';

/** A feed of numbers: each takes as many milliseconds and bytes as it says, and a negative one fires that many panes. */
class Stage {
  time = 0;
  bytes = 1_000;
  readonly log: string[] = [];

  open(factor: number): Feed<number> {
    const digest = new Digest();
    return {
      digest,
      batch: events => {
        this.log.push(`batch ${events.join(' ')}`);
        for (const event of events) {
          this.time += Math.abs(event) * factor;
          if (event > 0) this.bytes += event * factor;
          for (let pane = 0; pane < -event; pane++) digest.add(0, 'a', 1);
        }
      },
      end: () => {
        this.log.push('end');
        this.bytes = 1_000;
      },
    };
  }

  measure(subjects: Record<string, { factor: number; longestCall?: number }>, passes = 2): Measured {
    return probe<number>(
      {
        name: 'scene',
        about: '',
        fills: [
          { batches: [[1, 2], [5]], crossing: -4 },
          { batches: [[7]], crossing: -2 },
        ],
        open: 4,
        subjects: Object.entries(subjects).map(([name, { factor, ...rest }]) => ({
          name,
          answers: 'panes',
          ...rest,
          open: () => {
            this.log.push(name);
            return this.open(factor);
          },
        })),
      },
      {
        passes,
        time: work => {
          const before = this.time;
          work();
          return this.time - before;
        },
        bytes: () => this.bytes,
        progress: () => {},
      },
    );
  }
}

describe('probe', () => {
  it('measures memory while the first windows are open, the longest filling call, and the longest firing', () => {
    const { figures } = new Stage().measure({ a: { factor: 1, longestCall: 6 } });
    expect(figures.map(({ name, unit, value, target }) => [name, unit, value.median, target])).toEqual([
      ['a: bytes per key and open window', 'B', 2, null],
      ['a: longest call while filling', 'ms', 7, 6],
      ['a: firing, until the last pane', 'ms', 4, null],
      ['a: firing, per pane', 'ns', 1e6, null],
    ]);
    expect(figures.every(({ better }) => better === 'less')).toBe(true);
  });

  it('feeds one after another, and does not count the first pass', () => {
    const stage = new Stage();
    const { figures } = stage.measure({ a: { factor: 1 }, b: { factor: 3 } }, 1);
    const pass = ['batch 1 2', 'batch 5', 'batch -4', 'batch 7', 'batch -2', 'end'];
    expect(stage.log).toEqual(['a', ...pass, 'b', ...pass, 'a', ...pass, 'b', ...pass]);
    expect(figures.filter(({ name }) => name.endsWith('while filling')).map(({ value }) => value.median)).toEqual([7, 21]);
  });

  it('hands in what came out, to be compared', () => {
    const { answers, rows } = new Stage().measure({ a: { factor: 1 }, b: { factor: 3 } });
    expect(rows).toEqual([]);
    expect(answers.map(({ contender, answers: question, checksums }) => [contender, question, checksums.length])).toEqual([
      ['a', 'panes', 1],
      ['b', 'panes', 1],
    ]);
    expect(disagreements(answers)).toEqual([]);
    expect(answers[0]?.checksums[0]).toMatch(/\/6$/);
  });
});

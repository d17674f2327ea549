import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count, eventTime, finals, session, split, tumbling, union, windowBy } from '../../src/index.js';
import { comparedOutputs } from '../../src/job/comparedOutputs.js';
import { refusal } from '../support.js';

const clicks = () => eventTime([{ user: 'ann', at: 5 }], { name: 'clicks', timestamp: click => click.at });
const per = (size: number, options = {}) => clicks().pipe(windowBy(tumbling(size), { name: 'w', aggregate: count(), ...options }));
const sessions = (gap: number, options = {}) => clicks().pipe(windowBy(session(gap), { name: 's', aggregate: count(), ...options }));

describe('comparedOutputs', () => {
  it('pairs pipelines in order, by the windows that they end in', () => {
    const base = [
      per(10, { allowedLateness: 5 }).pipe(
        finals(),
        map(pane => pane),
      ),
      sessions(10),
    ];
    const variant = [sessions(20, { allowedLateness: 7 }), sessions(20)];
    expect(comparedOutputs(base, variant, undefined, 0.5)).toEqual([
      {
        operator: 'w',
        base: 'windowBy(tumbling(10)) "w"',
        variant: 'windowBy(session(20)) "s"',
        lateness: 7,
        merging: false,
        merges: [false, false, true],
        discarding: false,
        by: undefined,
        tolerance: 0.5,
      },
      {
        operator: 's',
        base: 'windowBy(session(10)) "s"',
        variant: 'windowBy(session(20)) "s"',
        lateness: 0,
        merging: true,
        merges: [true, true, true],
        discarding: false,
        by: undefined,
        tolerance: 0.5,
      },
    ]);
  });

  it('takes the outer of windows over windows', () => {
    const outer = per(10).pipe(windowBy(tumbling(100), { name: 'outer', aggregate: count() }));
    expect(comparedOutputs([outer], [outer], undefined, 0)).toMatchObject([{ operator: 'outer' }]);
  });

  it('takes any pipeline where rows have an identity of their own', () => {
    const by = (row: { id: number }): number => row.id;
    expect(comparedOutputs([clicks()], [per(5)], by, 0)).toEqual([
      {
        operator: 'clicks',
        base: 'eventTime "clicks"',
        variant: 'windowBy(tumbling(5)) "w"',
        lateness: 0,
        merging: false,
        merges: [false, false, false],
        discarding: false,
        by,
        tolerance: 0,
      },
    ]);
  });

  it('refuses what cannot be paired or told apart', () => {
    const compare = (base: unknown[], variant: unknown[]) => refusal(() => comparedOutputs(base as never, variant as never, undefined, 0));
    expect(compare([per(1), per(1)], [per(1)])).toBe(
      'BAD_OPTION: whatIf: the base has 2 pipelines, and the variant 1: they are compared one by one, so give as many of each.',
    );
    expect(compare([per(1)], [clicks()])).toBe(
      'BAD_OPTION: whatIf: a pipeline of the variant must be one that ends in the panes of one windowBy(), but came as "eventTime \\"clicks\\"". Say what identifies a row: { by: row => row.id }.'.replaceAll(
        '\\\\',
        '\\',
      ),
    );
    const [ann, rest] = split(clicks(), click => click.user === 'ann');
    const windows = (name: string) => windowBy<{ user: string }, number>(tumbling(5), { name, aggregate: count() });
    expect(compare([union(ann.pipe(windows('a')), rest.pipe(windows('b')))], [per(1)])).toContain(
      'Give the windows as a pipeline each, or say what identifies a row',
    );
    expect(compare([per(1)], [per(1, { accumulation: 'discarding' })])).toBe(
      'BAD_OPTION: whatIf: accumulation of the variant must be \'accumulating\', as in the base, but came as "discarding".',
    );
  });
});

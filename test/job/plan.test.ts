import { describe, expect, it } from 'vitest';
import { type Kept, planOf } from '../../src/job/plan.js';
import { refusal } from '../support.js';

const NONE = new Set<string>();
const form = { assigner: 'tumbling(1h)', aggregate: 'count', 'aggregate version': 0, lateness: 0 };

const kept: Kept = {
  what: 'checkpoint 3 of job delays',
  operators: ['windowBy/delays', 'windowBy/old', 'eventTime/flights', 'eventTime/gone'],
  sources: ['flights', 'gone'],
  watermark: 0,
  forms: { 'windowBy/delays': form },
  sinks: { out: 'transactional', log: 'outbox', board: 'upsert' },
  pending: false,
  positions: new Map<string, unknown>([
    ['flights', 1234],
    ['gone', { page: 2 }],
  ]),
};

const program = {
  operators: [
    { id: 'windowBy/delays', kind: 'windowBy', form: { ...form, lateness: 60_000 } },
    { id: 'windowBy/fresh', kind: 'windowBy', form },
    { id: 'eventTime/flights', kind: 'eventTime', form: undefined },
  ],
  sources: ['flights', 'fresh'],
  sinks: [
    { name: 'out', mode: 'transactional' as const },
    { name: 'log', mode: 'sink-decides' as const },
    { name: 'next', mode: 'upsert' as const },
  ],
};

describe('a plan', () => {
  it('says of each part what becomes of it, and why, in a table', () => {
    const plan = planOf(kept, program, NONE);
    expect(String(plan)).toBe(
      [
        'from checkpoint 3 of job delays',
        '   kept     source    flights            goes on at 1234',
        '?  new      source    fresh              is read from its beginning',
        "!  dropped  source    gone               the program does not have it; bring it back, or leave it behind by allowDropped: ['eventTime/gone']",
        '   kept     operator  windowBy/delays    lateness was 0, is 60000: open windows stay open for longer; those that have expired stay so',
        '   new      operator  windowBy/fresh     begins empty',
        '   kept     operator  eventTime/flights  as it was',
        "!  dropped  operator  windowBy/old       the program does not have it; bring it back, or leave it behind by allowDropped: ['windowBy/old']",
        "!  dropped  operator  eventTime/gone     the program does not have it; bring it back, or leave it behind by allowDropped: ['eventTime/gone']",
        '   kept     sink      out                goes on behind the rows that it has (not asked)',
        '   kept     sink      log                was outbox, is sink-decides',
        '   new      sink      next               gets the rows from here on',
        '   dropped  sink      board              gets no more rows',
        'WARNING (?): source fresh: if it is gone under another name, what windowBy/delays had of it counts twice; name it as it was, or rename these too',
        '3 of 12 stand against it (!)',
        '',
      ].join('\n'),
    );
    expect(plan.refused.map(({ id }) => id)).toEqual(['gone', 'windowBy/old', 'eventTime/gone']);
    expect(plan.lines[3]?.changes).toEqual([
      {
        aspect: 'lateness',
        was: 0,
        is: 60_000,
        verdict: 'compatible',
        why: 'open windows stay open for longer; those that have expired stay so',
      },
    ]);
  });

  it('warns of a source under another name, whose elements kept state has already', () => {
    const renamed = { ...program, sources: ['flights', 'flown'] };
    const dropped = new Set(['windowBy/old', 'eventTime/gone']);
    const plan = planOf(kept, renamed, dropped);
    expect(plan.refused).toEqual([]);
    expect(plan.warned.map(({ id, warning }) => [id, warning?.split(';')[0]])).toEqual([
      ['flown', 'if it is gone under another name, what windowBy/delays had of it counts twice'],
    ]);
    expect(String(plan)).toContain('\nWARNING (?): source flown: if it is gone');
    // Nothing is left behind, or nothing has kept anything.
    expect(planOf({ ...kept, sources: ['flights'] }, renamed, dropped).warned).toEqual([]);
    const anew = { ...renamed, operators: [{ id: 'windowBy/fresh', kind: 'windowBy', form }] };
    expect(planOf(kept, anew, dropped).warned).toEqual([]);
  });

  it('lets go of what it is allowed to, also of state that does not fit', () => {
    const other = { ...form, assigner: 'tumbling(2h)' };
    const operators = [{ id: 'windowBy/delays', kind: 'windowBy', form: other }];
    const dropped = new Set(['windowBy/delays', 'windowBy/old', 'eventTime/gone', 'eventTime/flights']);
    const plan = planOf(kept, { operators, sources: [], sinks: [] }, dropped);
    expect(plan.refused).toEqual([]);
    expect(plan.lines.find(({ id }) => id === 'windowBy/delays')).toMatchObject({
      outcome: 'dropped',
      reason:
        'begins empty, as allowDropped says; assigner was tumbling(1h), is tumbling(2h): windows that are kept have other bounds than those to come',
    });
    expect(String(plan)).toContain('nothing stands against it\n');
  });

  it('refuses in one error, which names all of it', () => {
    const other = { ...form, assigner: 'tumbling(2h)' };
    const plan = planOf(
      { ...kept, operators: ['windowBy/delays', 'windowBy/old'], sources: [] },
      { operators: [{ id: 'windowBy/delays', kind: 'windowBy', form: other }], sources: [], sinks: [] },
      NONE,
    );
    expect(refusal(() => plan.check('run "x"'))).toBe(
      `BAD_SNAPSHOT: run "x": checkpoint 3 of job delays does not fit this program. windowBy/delays: assigner was tumbling(1h), is tumbling(2h): windows that are kept have other bounds than those to come; windowBy/old: the program does not have it; bring it back, or leave it behind by allowDropped: ['windowBy/old']. plan() shows all of it.`,
    );
    planOf(kept, program, new Set(['windowBy/old', 'eventTime/gone'])).check('run "x"');
  });

  it('has each reason once, and migrates as one', () => {
    const was = { ...form, aggregate: 'object' };
    const is = { ...form, aggregate: 'rows', 'aggregate version': 2, 'aggregate migrates': 1 };
    const plan = planOf(
      { ...kept, operators: ['windowBy/w'], sources: [], sinks: {}, forms: { 'windowBy/w': was } },
      { operators: [{ id: 'windowBy/w', kind: 'windowBy', form: is }], sources: [], sinks: [] },
      NONE,
    );
    expect(plan.lines[0]).toMatchObject({
      outcome: 'migrated',
      reason: 'aggregate was object, is rows; aggregate version was 0, is 2: migrate(state, 0) makes version 2',
    });
  });

  it('of a log whose last rows may wait is stricter with the sinks that would commit them', () => {
    const plan = planOf(
      { ...kept, operators: [], sources: [], pending: true },
      { operators: [], sources: [], sinks: program.sinks.slice(1) },
      NONE,
    );
    expect(plan.lines.map(({ id, outcome, refused }) => [id, outcome, refused])).toEqual([
      ['log', 'incompatible', true],
      ['next', 'new', false],
      ['out', 'dropped', true],
      ['board', 'dropped', false],
    ]);
    expect(plan.lines[0]?.reason).toContain('was outbox, is sink-decides; its last rows may not be committed');
    expect(String(planOf({ ...kept, operators: [], sources: [], sinks: {} }, { operators: [], sources: [], sinks: [] }, NONE))).toBe(
      'from checkpoint 3 of job delays\nnothing stands against it\n',
    );
  });

  it('takes what has ended, and is not connected any more, as it was', () => {
    const plan = planOf(
      kept,
      { operators: [], sources: [], sinks: [], ids: new Set([...kept.operators, ...kept.sources.map(name => `eventTime/${name}`)]) },
      NONE,
    );
    expect(plan.refused).toEqual([]);
  });
});

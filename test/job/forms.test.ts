import { describe, expect, it } from 'vitest';
import {
  type Aggregate,
  adaptive,
  afterCount,
  afterWatermark,
  ascending,
  boundedOutOfOrderness,
  count,
  defineTrigger,
  type EventStream,
  eventTime,
  globalWindow,
  intervalJoin,
  keepCount,
  mean,
  repeatedly,
  session,
  tumbling,
  type WindowAssigner,
  type WindowOptions,
  windowBy,
} from '../../src/index.js';
import { changesOf, familyOf, formOf, keptForm } from '../../src/job/forms.js';
import { surveyOf } from '../../src/job/survey.js';
import { refusal } from '../support.js';

interface E {
  readonly at: number;
}
const source = (watermark = boundedOutOfOrderness(5)) => eventTime<E>([], { name: 's', timestamp: e => e.at, watermark });

/** The form that an operator of a stream registers. */
function form(stream: EventStream<any>, id: string) {
  const found = surveyOf([stream], 'test').operators.find(operator => operator.id === id);
  if (!found?.form) throw new Error(`no ${id}`);
  return found.form;
}

const windows = (assigner: WindowAssigner<any>, options: Partial<WindowOptions<E, unknown, any>> = {}) =>
  form(source().pipe(windowBy(assigner, { name: 'w', aggregate: count(), ...options })) as EventStream<any>, 'windowBy/w');

const plain = windows(tumbling(10));
const change = (assigner: WindowAssigner<any>, options: Partial<WindowOptions<E, unknown, any>>, was = plain) =>
  changesOf('windowBy', keptForm(was), windows(assigner, options)).map(({ aspect, verdict }) => `${aspect} ${verdict}`);

const counting = (name: string, state?: { version: number; migrate?: (old: unknown) => number }): Aggregate<E, number, number> => ({
  name,
  create: () => 0,
  add: n => n + 1,
  merge: (a, b) => a + b,
  result: n => n,
  ...(state && { state }),
});

describe('what a windowing operator depends on', () => {
  it('is its options, without keys and lambdas', () => {
    expect(keptForm(plain)).toEqual({
      assigner: 'tumbling(10)',
      aggregate: 'count',
      'aggregate version': 0,
      row: 1,
      trigger: 'afterWatermark()',
      'trigger version': 0,
      'kept in': 'slices',
      accumulation: 'accumulating',
      lateness: 0,
      'on time': 'always',
      closing: 'ifChanged',
      timestamps: 'endOfWindow',
    });
    expect(change(tumbling(10), { key: e => e.at })).toEqual([]);
    const kept = [
      windows(session(5)),
      windows(globalWindow()),
      windows(tumbling(10), { evictor: keepCount(2) }),
      windows(tumbling(10), { trigger: repeatedly(afterCount(2)) }),
      windows(tumbling(10), { trigger: afterWatermark(), allowedLateness: Infinity }),
    ];
    expect(kept.map(form => form['kept in'])).toEqual(['sessions', 'slices', 'cells', 'cells', 'slices']);
    expect(kept[4]?.lateness).toBe('for ever');
  });

  it('changes freely where only panes to come are meant', () => {
    expect(change(tumbling(10), { onTime: 'ifChanged', closing: 'always', allowedLateness: 20 })).toEqual([
      'closing compatible',
      'lateness compatible',
      'on time compatible',
    ]);
    const late = windows(tumbling(10), { allowedLateness: 20 });
    expect(change(tumbling(10), { allowedLateness: Infinity }, late)).toEqual(['lateness compatible']);
    expect(change(tumbling(10), {}, late)).toEqual(['lateness incompatible']);
    expect(change(tumbling(10), { allowedLateness: 20 }, windows(tumbling(10), { allowedLateness: Infinity }))).toEqual([
      'lateness incompatible',
    ]);
    const retracting = windows(tumbling(10), { accumulation: 'retracting' });
    expect(change(tumbling(10), { accumulation: 'retracting', allowedLateness: 5 }, retracting)).toEqual(['lateness incompatible']);
  });

  it('does not change where what is kept would mean something else', () => {
    expect(change(tumbling(20), {})).toEqual(['assigner incompatible']);
    expect(change(tumbling(10), { accumulation: 'discarding' })).toEqual(['accumulation incompatible']);
    expect(change(tumbling(10), { timestampCombiner: 'latest' })).toEqual(['timestamps incompatible']);
    expect(change(tumbling(10), { aggregate: mean((e: E) => e.at) })).toEqual(['aggregate incompatible', 'row incompatible']);
    expect(change(tumbling(10), { trigger: afterWatermark({ early: afterCount(1) }) })).toEqual([
      'trigger incompatible',
      'kept in incompatible',
    ]);
  });

  it('advises to migrate only where that helps', () => {
    const early = windows(tumbling(10), { trigger: afterWatermark({ early: afterCount(1) }) });
    const reasons = (was: typeof plain, is: typeof plain) => changesOf('windowBy', keptForm(was), is).map(({ why }) => why);
    expect(reasons(plain, early)).toEqual(['these windows are kept in another way', 'these windows are kept in another way']);
    const later = windows(tumbling(10), { trigger: afterWatermark({ early: afterCount(2) }) });
    expect(reasons(early, later)).toEqual(['its state may mean something else; give the trigger another state.version, and migrate']);
  });

  it('migrates aggregates and triggers that say another version, and how', () => {
    const was = windows(tumbling(10), { aggregate: counting('mine') });
    expect(change(tumbling(10), { aggregate: counting('mine', { version: 1 }) }, was)).toEqual(['aggregate version incompatible']);
    const refused = (state: unknown): string => refusal(() => windows(tumbling(10), { aggregate: counting('mine', state as never) }));
    expect(refused({ version: 0 })).toBe('BAD_OPTION: aggregate mine: state.version must be a whole number of at least 1, but came as 0.');
    expect(refused({ version: 1, migrate: 5 })).toBe('BAD_OPTION: aggregate mine: state.migrate must be a function, but came as 5.');
    const able = { version: 1, migrate: () => 0 };
    expect(change(tumbling(10), { aggregate: counting('other', able) }, was)).toEqual(['aggregate migrated', 'aggregate version migrated']);
    expect(change(tumbling(10), { aggregate: counting('mine') }, windows(tumbling(10), { aggregate: counting('mine', able) }))).toEqual([
      'aggregate version incompatible',
    ]);
    const trigger = (state?: { version: number; migrate?: () => number }) =>
      defineTrigger<E, number>({
        name: 'mine',
        fires: 'any-time',
        finishes: 'never',
        init: () => 0,
        onElement: n => n + 1,
        shouldFire: n => n > 1,
        onFire: () => 0,
        isFinished: () => false,
        merge: () => 0,
        ...(state && { state }),
      });
    const first = windows(tumbling(10), { trigger: trigger() });
    expect(change(tumbling(10), { trigger: trigger({ version: 1, migrate: () => 1 }) }, first)).toEqual([
      'trigger migrated',
      'trigger version migrated',
    ]);
    // Within another one it has no version of its own, but is another trigger.
    const inner = windows(tumbling(10), { trigger: repeatedly(trigger()) });
    expect(change(tumbling(10), { trigger: repeatedly(trigger({ version: 1, migrate: () => 1 })) }, inner)).toEqual([
      'trigger incompatible',
    ]);
  });
});

it('of a source is its strategy, which may change', () => {
  const is = form(source(), 'eventTime/s');
  expect(is).toEqual({ watermark: 'boundedOutOfOrderness(5)' });
  const changes = [ascending(), boundedOutOfOrderness(10), adaptive()].map(strategy =>
    changesOf('eventTime', is, form(source(strategy), 'eventTime/s')),
  );
  expect(changes.map(([change]) => [change?.verdict, change?.why])).toEqual([
    ['compatible', 'the watermark goes on from where it is, and the strategy learns anew'],
    ['compatible', 'the watermark goes on from where it is, and never back'],
    ['compatible', 'the watermark goes on from where it is, and the strategy learns anew'],
  ]);
  expect([familyOf('adaptive(x)'), familyOf(7), familyOf('own')]).toEqual(['adaptive', '7', 'own']);
});

it('of a join by distance must stay; others have none, and what is not known is not trusted', () => {
  const joined = (within: number) =>
    source().pipe(
      intervalJoin(eventTime<E>([], { name: 't', timestamp: e => e.at }), {
        name: 'j',
        within: [0, within],
        leftKey: () => 0,
        rightKey: () => 0,
        select: () => 0,
      }),
    ) as EventStream<any>;
  const [was, is] = [form(joined(5), 'intervalJoin/j'), form(joined(6), 'intervalJoin/j')];
  expect(was).toEqual({ type: 'inner', from: 0, to: 5, lateness: 0 });
  expect(changesOf('intervalJoin', was, is)).toEqual([
    { aspect: 'to', was: 5, is: 6, verdict: 'incompatible', why: 'pairs with elements that are not kept would be missing' },
  ]);
  expect([formOf('dedupe', {}), formOf('dedupe', undefined)]).toEqual([undefined, undefined]);
  expect(changesOf('windowBy', { ...plain, shape: 'round' }, plain)[0]).toMatchObject({
    aspect: 'shape',
    verdict: 'incompatible',
    why: 'this tidemark does not know what it means',
  });
  expect(keptForm(windows(tumbling(10), { aggregate: mean((e: E) => e.at) })).row).toBeGreaterThan(1);
});

import { from, type ObservableInput } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { collect } from '../../src/aggregates/collect.js';
import { count } from '../../src/aggregates/count.js';
import { max } from '../../src/aggregates/max.js';
import type { Pane } from '../../src/engine/pane.js';
import type { Trigger } from '../../src/engine/trigger.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import { type WindowOptions, windowBy } from '../../src/operators/windowBy.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import type { Duration } from '../../src/time/duration.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { every } from '../../src/triggers/every.js';
import { never } from '../../src/triggers/never.js';
import { orFinally } from '../../src/triggers/orFinally.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { countWindow } from '../../src/windows/countWindow.js';
import { defineAssigner } from '../../src/windows/defineAssigner.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { at, brief, type Item, listen, timed } from '../streams.js';
import { refusal } from '../support.js';

const aggregate = count();

describe('the options of windowBy', () => {
  const refused = (options: unknown): string => refusal(() => windowBy(tumbling('1h'), options as WindowOptions<Item, number, number>));
  const inOptions = (options: object): string => refused({ aggregate, ...options });
  const names =
    'key, aggregate, trigger, evictor, allowedLateness, accumulation, late, drops, name, onTime, closing, timestampCombiner, finishing';
  const trigger = "trigger must be a trigger, such as afterCount(10) or every('1s'), but came as";

  it.each([
    [undefined, 'undefined'],
    [{}, '{}'],
    ['1h', '"1h"'],
    [tumbling, 'function tumbling'],
  ])('refuse %s as assigner', (assigner, shown) => {
    expect(refusal(() => windowBy(assigner as never, { aggregate }))).toBe(
      `BAD_OPTION: windowBy: its first argument must be an assigner, such as tumbling('1h'), but came as ${shown}.`,
    );
  });

  it.each([
    [undefined, 'undefined'],
    [{}, 'undefined'],
    [{ aggregate: count }, 'function count. Call it'],
    [{ aggregate: {} }, '{}'],
  ])('refuse %j, which has no aggregate', (options, shown) => {
    expect(refused(options)).toBe(
      `BAD_OPTION: windowBy(tumbling(1h)): aggregate must be an aggregate, such as count(), but came as ${shown}.`,
    );
  });

  it.each<[object, string]>([
    [{ alowedLateness: '1h' }, `windowBy(tumbling(1h)): there is no option "alowedLateness". There are: ${names}.`],
    [{ key: 'id' }, 'windowBy(tumbling(1h)): key must be a function, but came as "id".'],
    [{ key: 'id', name: 'hits' }, 'windowBy(tumbling(1h)) "hits": key must be a function, but came as "id".'],
    [
      { accumulation: 'retract' },
      'windowBy(tumbling(1h)): accumulation must be one of accumulating, discarding, retracting, but came as "retract".',
    ],
    [{ onTime: true }, 'windowBy(tumbling(1h)): onTime must be one of always, ifChanged, but came as true.'],
    [{ closing: 'no' }, 'windowBy(tumbling(1h)): closing must be one of ifChanged, always, never, but came as "no".'],
    [
      { timestampCombiner: 'end' },
      'windowBy(tumbling(1h)): timestampCombiner must be one of endOfWindow, earliest, latest, but came as "end".',
    ],
    [{ finishing: 'yes' }, 'windowBy(tumbling(1h)): finishing must be one of refuse, allow, but came as "yes".'],
    [{ allowedLateness: -1 }, 'windowBy(tumbling(1h)): allowedLateness must be zero or longer, but came as -1.'],
    [{ late: console.log }, 'windowBy(tumbling(1h)): late must be an observer, such as { next: record => ... }, but came as function log.'],
    [{ drops: {} }, 'windowBy(tumbling(1h)): drops must be made by dropCounts(), but came as {}.'],
    [{ drops: null }, 'windowBy(tumbling(1h)): drops must be made by dropCounts(), but came as null.'],
    [{ trigger: never }, `windowBy(tumbling(1h)): ${trigger} function never. Call it.`],
    [{ trigger: 'every' }, `windowBy(tumbling(1h)): ${trigger} "every". Your own is made by defineTrigger().`],
    [{ trigger: {} }, `windowBy(tumbling(1h)): ${trigger} {}. Your own is made by defineTrigger().`],
  ])('refuse %j', (options, sentence) => {
    expect(inOptions(options)).toBe(`BAD_OPTION: ${sentence}`);
  });

  it.each<[Duration, string]>([
    ['5 min' as Duration, '"5 min"'],
    ['' as Duration, '""'],
    ['5' as Duration, '"5"'],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
  ])('refuse the lateness %j', (allowedLateness, shown) => {
    expect(inOptions({ allowedLateness })).toBe(
      `BAD_DURATION: windowBy(tumbling(1h)): allowedLateness must be a whole number of milliseconds or a text such as '250ms', '5s', '1.5m', '2h' or '7d', but came as ${shown}.`,
    );
  });

  it('take undefined for the default', () => {
    const options = { aggregate, key: undefined, trigger: undefined, allowedLateness: undefined, accumulation: undefined, late: undefined };
    expect(() => windowBy(tumbling('1h'), options as never)).not.toThrow();
  });
});

describe('a key function', () => {
  const keyed = (key: (item: Item) => unknown) => windowBy<Item, number, unknown>(tumbling(10), { aggregate, key });
  const misspelt =
    'BAD_KEY: windowBy(tumbling(10)): key must be defined, but came as undefined. Has the element that field? Where there is no key, return null. Element: {"t":1,"v":1}.';

  it.each<[string, (items: Item[]) => ObservableInput<Item>]>([
    ['one by one', items => from(items)],
    ['as an array', items => items],
  ])('that gives undefined for the first element is most likely misspelt (%s)', (_how, source) => {
    expect(listen(timed(source([at(1), at(2)])).pipe(keyed(item => (item as { user?: string }).user))).said).toEqual([misspelt]);
    expect(listen(timed(source([at(1), at(2)])).pipe(keyed(() => null))).values.map(({ key }) => key)).toEqual([null]);
  });

  it('may give undefined for some', () => {
    const heard = listen(timed([at(1, 5), at(2), at(3)]).pipe(keyed(({ v }) => (v === 5 ? 'five' : undefined))));
    expect(heard.values.map(({ key, value }) => [key, value])).toEqual([
      ['five', 1],
      [undefined, 2],
    ]);
  });

  it('is not asked anew by a restart', () => {
    const items = testStream<Item>();
    const stream = items.pipe(keyed(({ v }) => (v === 5 ? 'five' : undefined)));
    const first = record(stream);
    items.add(at(1, 5), 1);
    const snapshot = first.snapshot();
    first.stop();
    const second = record(stream, { from: snapshot });
    items.add(at(2), 2).complete();
    expect(second.take().map(({ key }) => key)).toEqual(['five', undefined]);
  });
});

describe('plain objects', () => {
  const { machine: _, ...plainTrigger } = repeatedly(afterCount(2));
  const { machine: __, ...plainAssigner } = defineAssigner<Item>({
    name: 'tens',
    merging: false,
    assign: (time, _value, add) => add(Math.floor(time / 10) * 10, Math.floor(time / 10) * 10 + 10),
  });

  it('are no triggers', () => {
    expect(refusal(() => windowBy(tumbling(10), { aggregate, trigger: plainTrigger as Trigger }))).toBe(
      `BAD_OPTION: windowBy(tumbling(10)): trigger must be a trigger, such as afterCount(10) or every('1s'), but came as {"name":"repeatedly(afterCount(2))","fires":"any-time","finishes":"never"}. Your own is made by defineTrigger().`,
    );
  });

  it('are no assigners, unless a trigger brings the machine', () => {
    expect(refusal(() => windowBy<Item, number>(plainAssigner as WindowAssigner<Item>, { aggregate }))).toBe(
      `BAD_OPTION: windowBy(tens): the assigner must be made by a function such as defineAssigner(), but came as {"name":"tens","merging":false}.`,
    );
    const windows = windowBy<Item, number>(plainAssigner, { aggregate, trigger: afterWatermark() });
    expect(listen(timed([at(1), at(12)]).pipe(windows, brief)).said).toEqual(['0:1', '10:1', 'done']);
  });
});

describe('triggers that finish', () => {
  const refused = (trigger: Trigger, allowedLateness: Duration = 0): string =>
    refusal(() => windowBy(tumbling(10), { aggregate, trigger, allowedLateness }));
  const sentence = (name: string, cure: string): string =>
    `UNSAFE_TRIGGER: windowBy(tumbling(10)): the trigger ${name} may finish before its window expires and lose later elements. To keep them, ${cure}; to lose them, set finishing: 'allow'.`;

  it.each<[Trigger]>([[afterCount(10)], [every(10)], [orFinally(repeatedly(afterCount(2)), afterCount(5))]])(
    'are refused: $name',
    trigger => {
      expect(refused(trigger)).toBe(sentence(trigger.name, 'use it in afterWatermark({ early: ... }) or repeatedly()'));
    },
  );

  it('are refused when late elements are allowed but never fire', () => {
    const trigger = afterWatermark({ late: never() });
    expect(refused(trigger, '1h')).toBe(sentence('afterWatermark({ late: never() })', 'set allowedLateness to 0, or use afterWatermark()'));
    expect(() => windowBy(tumbling(10), { aggregate, trigger })).not.toThrow();
  });

  it('are taken when they may', () => {
    const once = windowBy<Item, number>(tumbling(10), { aggregate, trigger: afterCount(2), finishing: 'allow' });
    expect(listen(timed([at(1), at(2), at(3)]).pipe(once, brief)).said).toEqual(['0:2', 'done']);
  });
});

describe('windowBy', () => {
  it('gives count windows their own trigger, or the one that is asked for', () => {
    const three = [at(1), at(2), at(3)];
    expect(listen(timed(three).pipe(windowBy(countWindow(2), { aggregate: collect((item: Item) => item.t) }), brief)).said).toMatchObject(
      [/:1,2$/, /:3$/, 'done'].map(text => (typeof text === 'string' ? text : expect.stringMatching(text))),
    );
    expect(listen(timed(three).pipe(windowBy(countWindow(2), { aggregate, trigger: afterWatermark() }))).values).toMatchObject([
      { value: 3 },
    ]);
  });

  it('refuses aggregates without remove behind a retracting window, wherever it stands', () => {
    const retracting = windowBy<Item, number>(tumbling(10), { aggregate, accumulation: 'retracting' });
    const wide = windowBy<Pane<undefined, number>, number>(tumbling(20), { aggregate: max(pane => pane.value), name: 'peak' });
    expect(refusal(() => timed([]).pipe(retracting, wide))).toBe(
      'RETRACTION_UNSUPPORTED: windowBy(tumbling(20)) "peak": windows upstream retract, but the aggregate has no remove. Use one that has, such as count.',
    );
    expect(() => timed([]).pipe(retracting, windowBy(tumbling(20), { aggregate: count() }))).not.toThrow();
  });

  it('is named in explanations', () => {
    expect([
      timed([]).pipe(windowBy(tumbling('1h'), { aggregate })).kind,
      timed([]).pipe(windowBy(tumbling('1h'), { aggregate, name: 'hits' })).kind,
    ]).toEqual(['windowBy(tumbling(1h))', 'windowBy(tumbling(1h)) "hits"']);
  });
});

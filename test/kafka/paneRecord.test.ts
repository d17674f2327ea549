import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sum } from '../../src/aggregates/sum.js';
import type { Pane } from '../../src/engine/pane.js';
import { json } from '../../src/kafka/codec.js';
import { memoryKafka } from '../../src/kafka/memoryKafka.js';
import { isRetraction, lastPerKey, type PaneRecordSpec, paneHeaders, paneValue, recordOf, recordsOf } from '../../src/kafka/paneRecord.js';
import { partitionOf } from '../../src/kafka/partitionOf.js';
import type { KafkaOutput, KafkaRecord } from '../../src/kafka/port.js';
import { changes } from '../../src/operators/changes.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { testStream } from '../../src/testing/testStream.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { session } from '../../src/windows/session.js';

function pane<K>(key: K, value: number, more: Partial<Pane<K, number>> = {}): Pane<K, number> {
  return {
    key,
    window: { start: 0, end: 60 },
    value,
    timing: 'on-time',
    index: 0,
    nonSpeculativeIndex: 0,
    isFirst: true,
    isLast: false,
    timestamp: 59,
    retraction: false,
    replaces: [],
    ...more,
  };
}

const plain: PaneRecordSpec<Pane<unknown, number>> = { topic: 't', value: paneValue(json()) };
const rows: PaneRecordSpec<Pane<unknown, number>> = { ...plain, upsert: true };

/** As it is read from a topic of one partition. */
function read(...outputs: readonly KafkaOutput[]): readonly KafkaRecord[] {
  const kafka = memoryKafka({ topics: { t: 1 } });
  kafka.write(outputs.map(output => ({ ...output, partition: 0 })));
  return kafka.read('t');
}

/** What a table holds in the end. */
function table(records: readonly KafkaRecord[]): Record<string, string> {
  const held = new Map<string, string>();
  for (const { key, value } of records) {
    if (value) held.set(String(Buffer.from(key ?? [])), String(Buffer.from(value)));
    else held.delete(String(Buffer.from(key ?? [])));
  }
  return Object.fromEntries(held);
}

describe('recordOf', () => {
  it('has a form that later versions keep', () => {
    expect(recordOf(pane('ann', 3), 1, plain)).toEqual({
      topic: 't',
      partition: undefined,
      key: 'ann',
      value: '3',
      timestamp: 59,
      headers: { 'tidemark-window-start': '0', 'tidemark-window-end': '60', 'tidemark-timing': 'on-time', 'tidemark-index': '0' },
    });
    expect(recordOf(pane('ann', 3, { isLast: true, timing: 'late', index: 4 }), -1, plain).headers).toEqual({
      'tidemark-window-start': '0',
      'tidemark-window-end': '60',
      'tidemark-timing': 'late',
      'tidemark-index': '4',
      'tidemark-last': '1',
      'tidemark-retraction': '1',
    });
    expect(recordOf(pane('ann', 3), 1, rows)).toMatchObject({ key: '["ann",0,60]', value: '3' });
    expect(recordOf(pane('ann', 3), -1, rows)).toMatchObject({ key: '["ann",0,60]', value: null, headers: { 'tidemark-retraction': '1' } });
  });

  it('tells keys apart as rows, also a number from its text', () => {
    const key = (of: unknown) => recordOf(pane(of, 1), 1, rows).key;
    expect([key(7), key('7'), key(undefined), key(null), key({ b: 1, a: [2] })]).toEqual([
      '[7,0,60]',
      '["7",0,60]',
      '[0,60]',
      '[null,0,60]',
      '[{"a":[2],"b":1},0,60]',
    ]);
    expect([recordOf(pane(undefined, 1), 1, plain).key, recordOf(pane(7, 1), 1, plain).key]).toEqual([null, '7']);
  });

  it('takes what the spec says before what it would say', () => {
    const spec: PaneRecordSpec<Pane<unknown, number>> = {
      ...rows,
      key: ({ key }) => `row-${key}`,
      partition: () => 4,
      headers: () => ({ trace: 'x' }),
      timestamp: () => 7,
    };
    expect(recordOf(pane('a', 1), 1, spec)).toMatchObject({
      key: 'row-a',
      partition: 4,
      timestamp: 7,
      headers: { trace: 'x', 'tidemark-index': '0' },
    });
  });

  it('writes values of other kinds too, without headers of a pane', () => {
    const spec: PaneRecordSpec<{ id: number } | string | null> = { topic: 't', value: json() };
    expect(recordOf({ id: 1 }, 1, spec)).toEqual({
      topic: 't',
      partition: undefined,
      key: null,
      value: '{"id":1}',
      timestamp: undefined,
      headers: {},
    });
    expect(recordOf('x', -1, spec)).toMatchObject({ value: '"x"', headers: { 'tidemark-retraction': '1' } });
    expect(recordOf(null, 1, spec)).toMatchObject({ value: 'null' });
    expect(() => recordOf({ id: 1 }, 1, { ...spec, upsert: true })).toThrowError(
      expect.objectContaining({
        code: 'BAD_VALUE',
        message: expect.stringMatching(/a row for t must be a pane, or have a key.*Give `key`/),
      }),
    );
  });

  it('has no time that Kafka cannot show', () => {
    const time = (timestamp: number) => recordOf(pane('a', 1, { timestamp }), 1, plain).timestamp;
    expect([time(-1), time(0), time(Number.MAX_SAFE_INTEGER)]).toEqual([undefined, 0, undefined]);
  });

  it('puts rows of a key where the key alone lies, if it knows how many partitions there are', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 50 }), fc.nat(), (key, partitions, start) => {
        const record = recordOf(pane(key, 1, { window: { start, end: start + 1 } }), 1, { ...rows, partitions });
        expect(record.partition).toBe(partitionOf(new TextEncoder().encode(key), partitions));
      }),
    );
    expect(recordOf(pane('a', 1), 1, { ...plain, partitions: 5 }).partition).toBeUndefined();
  });
});

describe('recordsOf', () => {
  it('deletes the rows of sessions that are part of this one now', () => {
    const merged = pane('a', 3, {
      window: { start: 0, end: 90 },
      replaces: [
        { start: 0, end: 60 },
        { start: 70, end: 90 },
        { start: 0, end: 90 },
      ],
    });
    const written = recordsOf(merged, 1, { ...rows, partitions: 9 });
    expect(written.map(({ key, value }) => [key, value])).toEqual([
      ['["a",0,60]', null],
      ['["a",70,90]', null],
      ['["a",0,90]', '3'],
    ]);
    expect(new Set(written.map(({ partition }) => partition)).size).toBe(1);
    expect(recordsOf(merged, 1, plain)).toHaveLength(1);
    expect(recordsOf(merged, -1, rows)).toHaveLength(1);
    expect(recordsOf(merged, 1, { ...rows, key: () => 'k' })).toHaveLength(1);
  });

  const element = fc.record({ key: fc.constantFrom('a', 'b'), time: fc.nat(400), value: fc.integer({ min: 1, max: 9 }) });
  it.each(['accumulating', 'retracting'] as const)('end in the newest pane of each session, %s, whole or coalesced', accumulation => {
    fc.assert(
      fc.property(fc.array(element, { maxLength: 25 }), fc.array(fc.nat(24)), (elements, cuts) => {
        const said: (readonly [Pane<unknown, number>, number])[] = [];
        const source = testStream<{ key: string; time: number; value: number }>();
        source
          .pipe(
            windowBy(session(40), {
              key: ({ key }) => key,
              aggregate: sum(({ value }) => value),
              trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
              allowedLateness: 1000,
              accumulation,
            }),
            changes(),
          )
          .subscribe(({ value, diff }) => said.push([value, diff]));
        elements.forEach((each, i) => {
          if (cuts.includes(i)) source.advanceWatermarkTo(Math.max(each.time, source.watermark));
          source.add(each, each.time);
        });
        const all = said.flatMap(([pane, diff]) => recordsOf(pane, diff, rows));
        const expected = Object.fromEntries(
          sessions(elements).map(([key, start, end, total]) => [`["${key}",${start},${end}]`, String(total)]),
        );
        expect(table(read(...all))).toEqual(expected);
        const batches = [all.slice(0, all.length >> 1), all.slice(all.length >> 1)];
        expect(table(read(...batches.flatMap(lastPerKey)))).toEqual(expected);
      }),
    );
  });
});

/** By hand: sessions with a gap of 40. */
function sessions(elements: readonly { key: string; time: number; value: number }[]): [string, number, number, number][] {
  const found: [string, number, number, number][] = [];
  for (const { key, time, value } of elements.toSorted((a, b) => a.time - b.time)) {
    const open = found.findLast(([of]) => of === key);
    if (open && time < open[2]) {
      open[2] = time + 40;
      open[3] += value;
    } else found.push([key, time, time + 40, value]);
  }
  return found;
}

describe('lastPerKey', () => {
  it('keeps the last of each key and partition, in the order of those, and all without a key', () => {
    const at = (key: string | Uint8Array | null, value: string, partition?: number): KafkaOutput => ({ topic: 't', key, value, partition });
    const a = at(new Uint8Array([0xc3, 0xa9]), 'as bytes');
    const last = lastPerKey([at('é', '1'), at(null, '2'), at('x', '3'), at(null, '4'), a, at('x', '5', 1), at('x', '6')]);
    expect(last.map(({ value }) => value)).toEqual(['2', '4', 'as bytes', '5', '6']);
  });
});

describe('paneHeaders', () => {
  it('reads what was written', () => {
    const spec = fc.record({
      window: fc.record({ start: fc.maxSafeInteger(), end: fc.maxSafeInteger() }),
      timing: fc.constantFrom('early' as const, 'on-time' as const, 'late' as const),
      index: fc.nat(),
      isLast: fc.boolean(),
    });
    fc.assert(
      fc.property(spec, fc.boolean(), (more, retraction) => {
        const [record] = read(recordOf(pane('a', 1, more), retraction ? -1 : 1, plain)) as [KafkaRecord];
        expect(paneHeaders(record)).toEqual({ ...more, retraction });
        expect(isRetraction(record)).toBe(retraction);
      }),
    );
  });

  it('knows records of others, and refuses headers that are torn', () => {
    const [bare] = read({ topic: 't', value: 'x' }) as [KafkaRecord];
    expect(paneHeaders(bare)).toBeUndefined();
    expect(isRetraction(bare)).toBe(false);
    for (const [name, value] of [
      ['tidemark-timing', 'soon'],
      ['tidemark-index', '-1'],
      ['tidemark-index', ''],
      ['tidemark-window-end', 'x'],
    ] as const) {
      const good = recordOf(pane('a', 1), 1, plain);
      const [record] = read({ ...good, headers: { ...good.headers, [name]: value } }) as [KafkaRecord];
      expect(() => paneHeaders(record)).toThrowError(expect.objectContaining({ code: 'BAD_RECORD' }));
    }
  });
});

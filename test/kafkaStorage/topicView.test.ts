import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { belowKey, chunkKey, type LogRecord, pendingKey, slotKey, TopicView } from '../../src/kafkaStorage/topicView.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
let offset = 0;
const record = (key: string | null, value: string | null, headers: Record<string, string> = {}): LogRecord => ({
  offset: offset++,
  timestamp: offset,
  key: key === null ? null : encode(key),
  value: value === null ? null : encode(value),
  headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, encode(text)])),
});

const viewOf = (records: readonly LogRecord[], watched?: Map<string, boolean | undefined>): TopicView => {
  const view = new TopicView(watched);
  for (const each of records) view.apply(each);
  return view;
};

describe('the view of a log', () => {
  it('takes the first of several entries, and the next when that is withdrawn', () => {
    const [a, b] = [slotKey('Job/..', 7, 'n1'), slotKey('Job/..', 7, 'n2')];
    const watched = new Map<string, boolean | undefined>([
      [a, undefined],
      [b, undefined],
    ]);
    const records = [record(a, 'x'), record(b, 'yy')];
    const view = viewOf(records, watched);
    expect(
      view
        .of('Job/..')
        .slots.get(7)
        ?.map(({ key, bytes }) => [key, bytes]),
    ).toEqual([
      [a, 1],
      [b, 2],
    ]);
    expect([...watched.values()]).toEqual([true, false]);
    view.apply(record(a, null));
    expect(
      view
        .of('Job/..')
        .slots.get(7)
        ?.map(({ key }) => key),
    ).toEqual([b]);
    view.apply(record(b, null));
    expect(view.of('Job/..').slots.size).toBe(0);
  });

  it('knows where the pieces of a large chunk are, and which are named by nothing yet', () => {
    const view = viewOf([record(pendingKey('j', 'n'), '3'), record(chunkKey('j', 'c/1/0', 'n'), '', { at: '4,5,9', bytes: '2500000' })]);
    expect(view.of('j').chunks.get('c/1/0')).toMatchObject([{ nonce: 'n', bytes: 2_500_000, at: [4, 5, 9] }]);
    expect(view.of('j').pending.get('n')).toMatchObject({ pieces: 3 });
    view.apply(record(pendingKey('j', 'n'), null));
    expect(view.of('j').pending.size).toBe(0);
  });

  it('takes no slot below what has been trimmed, and the greatest number of those that say so', () => {
    const watched = new Map<string, boolean | undefined>([[slotKey('j', 4, 'n'), undefined]]);
    const view = viewOf([record(belowKey('j'), '5'), record(belowKey('j'), '3'), record(slotKey('j', 4, 'n'), 'x')], watched);
    expect(view.of('j').below).toBe(5);
    expect(view.of('j').slots.size).toBe(0);
    expect([...watched.values()]).toEqual([false]);
  });

  it('leaves alone what is none of it', () => {
    expect([
      ...viewOf([record(null, 'x'), record('', 'x'), record('UPPER/s/1/n', 'x'), record('j/x/1/n', 'x'), record('j/s/1/n', 'x')]).jobs,
    ]).toHaveLength(1);
  });

  it('is the same after any compaction', () => {
    const jobs = fc.constantFrom('a', 'B');
    const step = fc.oneof(
      fc.record({ job: jobs, seq: fc.integer({ min: 1, max: 4 }), nonce: fc.constantFrom('1', '2', '3'), gone: fc.boolean() }),
      fc.record({ job: jobs, id: fc.constantFrom('x', 'x/y'), nonce: fc.constantFrom('1', '2', '3'), gone: fc.boolean() }),
      fc.record({ job: jobs, below: fc.integer({ min: 1, max: 4 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), steps => {
        const written = new Set<string>();
        const below = new Map<string, number>();
        const records: LogRecord[] = [];
        for (const each of steps) {
          if ('below' in each) {
            below.set(each.job, Math.max(below.get(each.job) ?? 0, each.below));
            records.push(record(belowKey(each.job), String(below.get(each.job))));
            continue;
          }
          const key = 'seq' in each ? slotKey(each.job, each.seq, each.nonce) : chunkKey(each.job, each.id, each.nonce);
          // A key is written once, and then withdrawn.
          if (!each.gone && written.has(key)) continue;
          if (!each.gone && 'seq' in each && each.seq < (below.get(each.job) ?? 0)) continue;
          written.add(key);
          records.push(record(key, each.gone ? null : 'x'));
        }
        const last = new Map(records.map((each, i) => [String(each.key), i]));
        const compacted = records.filter((each, i) => last.get(String(each.key)) === i);
        const live = (view: TopicView) =>
          ['a', 'B'].map(job => {
            const { chunks, slots, below } = view.of(job);
            return [[...chunks].sort(), [...slots].filter(([seq]) => seq >= below).sort(), below];
          });
        expect(live(viewOf(compacted))).toEqual(live(viewOf(records)));
        expect(live(viewOf(compacted.filter(({ value }) => value)))).toEqual(live(viewOf(records)));
      }),
    );
  });
});

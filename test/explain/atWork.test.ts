import { concat, map, NEVER, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { heardOf, isAsync, isConfluence, isPanes, isSource, isWindows, sentOf } from '../../src/explain/atWork.js';
import { count, finals, intervalJoin, mapAsync, reorder, tumbling, union, windowBy } from '../../src/index.js';
import { streamsOf } from '../../src/stream/streamsOf.js';
import { record } from '../../src/testing/record.js';
import { at, type Item, timed } from '../streams.js';

const kinds = { source: isSource, confluence: isConfluence, windows: isWindows, async: isAsync, panes: isPanes };

describe('what operators show of themselves', () => {
  it('tells them apart, and how far time is', () => {
    const input = (...items: Item[]) => timed(concat(of(...items), NEVER));
    const slow = input(at(4), at(15)).pipe(
      map(item => item),
      mapAsync((item: Item) => new Promise<Item>(() => void item), { concurrency: 2 }),
    );
    const byKey = { leftKey: () => 0, rightKey: () => 0, select: () => at(1), within: [0, 5] as const, type: 'left' as const };
    const joined = input(at(9), at(11)).pipe(reorder(), intervalJoin(input(at(20)), byKey));
    const all = union(slow, joined).pipe(windowBy(tumbling(10), { aggregate: count(), allowedLateness: 5 }), finals());
    const graph = record(all)['~graph'];
    const shown = streamsOf([all]).map(stream => {
      const work = graph.atWork.get(stream);
      const [kind = ''] = Object.entries(kinds).flatMap(([name, is]) => (is(work) ? name : []));
      return [stream.kind, kind, heardOf(work), sentOf(work)];
    });
    const none = Number.MIN_SAFE_INTEGER;
    expect(shown).toEqual([
      ['eventTime', 'source', undefined, 15],
      ['rxjs(1)', '', undefined, undefined],
      ['mapAsync', 'async', 15, none],
      ['eventTime', 'source', undefined, 11],
      ['reorder', '', undefined, 11],
      ['eventTime', 'source', undefined, 20],
      ['intervalJoin(0 to 5)', 'confluence', 11, 9],
      ['union', 'confluence', none, none],
      ['windowBy(tumbling(10))', 'windows', none, none],
      ['finals', 'panes', none, none],
    ]);
  });
});

import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { SourceWork } from '../../src/explain/atWork.js';
import { boundedOutOfOrderness, collect, eventTime, tumbling, windowBy } from '../../src/index.js';
import { listen, type TapListener } from '../../src/inspect/taps.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { record } from '../../src/testing/record.js';
import { at, type Item } from '../streams.js';

function pipeline() {
  const source = new Subject<readonly Item[]>();
  const clock = manualClock(0);
  const timed = eventTime(source, {
    timestamp: (item: Item) => item.t,
    watermark: boundedOutOfOrderness(3),
    batches: true,
    maxFuture: 1_000,
    clock,
    name: 's',
  });
  const recording = record(timed.pipe(windowBy(tumbling(10), { name: 'w', aggregate: collect<Item>() })));
  return { source, recording, graph: recording['~graph'] };
}

function listenerOf(said: string[]): TapListener {
  return {
    elements: (stream, value, timestamp, count) => void said.push(`${stream.name} ${count} to ${(value as Item).v}@${timestamp}`),
    pane: (stream, pane) => void said.push(`${stream.name} pane ${pane.window.start}`),
    watermark: (stream, time) => void said.push(`${stream.name} W${time}`),
    idle: stream => void said.push(`${stream.name} idle`),
    drop: (stream, { reason }) => void said.push(`${stream.name} ${reason}`),
  };
}

describe('taps', () => {
  it('tell what goes on, arrays as a whole', () => {
    const { source, graph } = pipeline();
    const said: string[] = [];
    listen(graph, listenerOf(said));
    source.next([at(1, 1), at(2, 2), at(4, 3)]);
    source.next([at(15, 4), at(3, 5), at(9_999, 6)]);
    // The first of a slice is taken singly.
    expect(said).toEqual([
      's 1 to 1@1',
      's W-2',
      'w W-2',
      'w W1',
      's 2 to 3@4',
      's W1',
      'w pane 0',
      'w W12',
      'w expired',
      's 2 to 5@3',
      's W12',
      's future',
    ]);
  });

  it('change nothing, come and go at any time, and leave nothing behind', () => {
    const items = fc.array(fc.record({ t: fc.nat(60), v: fc.nat(5) }), { maxLength: 8 });
    const steps = fc.array(fc.oneof(items, fc.constantFrom('listen' as const, 'leave' as const)), { maxLength: 20 });
    fc.assert(
      fc.property(steps, all => {
        const [plain, tapped] = [pipeline(), pipeline()];
        const work = [...tapped.graph.atWork.values()].find((one): one is SourceWork => 'spec' in one)!;
        const untouched = work.sink;
        const leaves: (() => void)[] = [];
        let elements = 0;
        let expected = 0;
        for (const step of all) {
          if (step === 'leave') leaves.pop()?.();
          else if (step === 'listen') {
            const own = leaves.length === 0;
            leaves.push(listen(tapped.graph, { ...listenerOf([]), elements: (_s, _v, _t, count) => void (elements += own ? count : 0) }));
          } else {
            if (leaves.length > 0) expected += step.length;
            plain.source.next(step);
            tapped.source.next(step);
          }
        }
        expect(tapped.recording.take()).toEqual(plain.recording.take());
        expect(tapped.recording.takeWatermarks()).toEqual(plain.recording.takeWatermarks());
        expect(elements).toBe(expected);
        for (const leave of leaves.splice(0)) leave();
        expect(work.sink).toBe(untouched);
        expect(tapped.graph.listeners.size).toBe(0);
      }),
    );
  });
});

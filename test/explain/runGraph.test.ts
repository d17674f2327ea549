import { describe, expect, it } from 'vitest';
import type { LateRecord } from '../../src/engine/pane.js';
import { type GraphListener, RunGraph } from '../../src/explain/runGraph.js';
import { testStream } from '../../src/testing/testStream.js';

const late = (value: number): LateRecord<number> => ({
  value,
  timestamp: value,
  reason: 'expired',
  watermark: 9,
  window: undefined,
  by: 9 - value,
  retraction: false,
});

describe('the graph of a run', () => {
  it('knows who is at work for a stream, the newest alone, and tells who listens', () => {
    const stream = testStream<number>();
    const graph = new RunGraph([stream]);
    const told: unknown[] = [];
    const listener: GraphListener = {
      works: (_stream, work) => void told.push(work),
      drops: (_stream, { value }) => void told.push(value),
    };
    const [first, second] = [{}, {}];
    graph.works(stream, first);
    graph.listeners.add(listener);
    graph.works(stream, second);
    graph.drops(second, late(1));
    expect([graph.atWork.get(stream), told]).toEqual([second, [second, 1]]);
    expect(told[0]).toBe(second);
    graph.listeners.delete(listener);
    graph.drops(second, late(2));
    expect(told.length).toBe(2);
    graph.clear();
    expect([graph.atWork.size, graph.droppedBy(stream).length]).toEqual([0, 2]);
  });

  it('remembers the last sixteen elements that were dropped', () => {
    const stream = testStream<number>();
    const graph = new RunGraph([stream]);
    const work = {};
    graph.works(stream, work);
    for (let value = 0; value < 20; value++) graph.drops(work, late(value));
    expect(graph.droppedBy(stream).map(({ value }) => value)).toEqual(Array.from({ length: 16 }, (_, i) => i + 4));
    expect(graph.droppedBy(testStream())).toEqual([]);
  });
});

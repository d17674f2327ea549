import { describe, expect, it } from 'vitest';
import { text } from '../../src/kafka/codec.js';
import { memoryKafka } from '../../src/kafka/memoryKafka.js';
import { union } from '../../src/operators/union.js';
import type { EventStream } from '../../src/stream/eventStream.js';
import { repartition } from '../../src/tasks/repartition.js';
import { stageCuts } from '../../src/tasks/stageCuts.js';
import { numbersOf } from './support.js';

const client = memoryKafka().client();
const source = (name: string): EventStream<any> => numbersOf(client, { name, topics: [name] });
const between = (name: string) => repartition<any>(client, { name, topic: `t-${name}`, key: String, value: text() as never });

const told = (outputs: readonly EventStream<unknown>[]): string[] =>
  stageCuts(outputs).map(
    ({ name, outputs: ends, outs }) =>
      `${name ?? '-'}: ${ends.length - outs.length} ends, into ${outs.map(({ spec }) => spec.topic).join() || 'nothing'}`,
  );

describe('a graph', () => {
  it('is one stage where nothing is repartitioned', () => {
    const a = source('a');
    expect(told([union(a, source('b'))])).toEqual(['-: 1 ends, into nothing']);
    // Two that have nothing to do with each other are two.
    expect(told([a, source('b')])).toEqual(['a: 1 ends, into nothing', 'b: 1 ends, into nothing']);
  });

  it('is cut at each repartition, what comes first before what comes behind it', () => {
    const first = source('a').pipe(between('x'));
    expect(told([first.pipe(between('y'))])).toEqual(['-: 0 ends, into t-x', 'x: 0 ends, into t-y', 'y: 1 ends, into nothing']);
  });

  it('has stages that several stages write into', () => {
    const both = union(source('a').pipe(between('x')), source('b').pipe(between('y')));
    expect(told([both])).toEqual(['a: 0 ends, into t-x', 'b: 0 ends, into t-y', 'x: 1 ends, into nothing']);
  });

  it('keeps together what hangs together, also around a seam', () => {
    const a = source('a');
    expect(told([union(a.pipe(between('x')), source('b')), a])).toEqual(
      ['a: 1 ends, into t-x', 'x: 1 ends, into nothing'].map(line => line.replace('a:', '-:')),
    );
  });
});

/** What is not already shown of unions: of which input an element is, turns, and what is in a snapshot. */
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { connectAll } from '../../src/operators/confluence.js';
import type { StateRegistry } from '../../src/stream/sink.js';
import { systemClock } from '../../src/stream/systemClock.js';
import { testStream } from '../../src/testing/testStream.js';
import { at, type Item, timed } from '../streams.js';

function sinkOf(said: string[], enough = Number.POSITIVE_INFINITY) {
  return {
    get closed() {
      return said.length >= enough;
    },
    next: (value: unknown, time: number, diff: number, input: number) => void said.push(`${input}: ${String(value)}@${time}*${diff}`),
    watermark: (time: number) => void said.push(`W${time}`),
    idle: () => void said.push('idle'),
    error: (error: unknown) => void said.push(String(error)),
    complete: () => void said.push('done'),
  };
}

const context = (state?: StateRegistry) => ({ clock: systemClock, state });

describe('a confluence', () => {
  it('says of which input an element is', () => {
    const said: string[] = [];
    const streams = [testStream<string>(), testStream<string>()] as const;
    connectAll({ inputs: streams }, sinkOf(said), context(), 'union', 'ab');
    streams[1].add('b', 5).retract('b', 5).advanceWatermarkTo(4);
    streams[0].add('a', 1).idle();
    streams[1].idle();
    streams[0].complete();
    streams[1].error(new Error('boom'));
    expect(said).toEqual(['1: b@5*1', '1: b@5*-1', '0: a@1*1', 'W4', 'idle', 'idle', 'Error: boom']);
  });

  it('lets inputs take turns', () => {
    const said: string[] = [];
    const [a, b] = [new Subject<Item>(), new Subject<Item>()];
    const sink = sinkOf(said);
    const streams = [timed(a), timed(b)];
    connectAll(
      { inputs: streams },
      {
        ...sink,
        closed: false,
        next(value, time, diff, input) {
          said.push(`begin ${input}`);
          if (input === 0) b.next(at(2));
          sink.next((value as Item).t, time, diff, input);
        },
      },
      context(),
      'union',
      'ab',
    );
    a.next(at(1));
    expect(said.slice(0, 4)).toEqual(['begin 0', '0: 1@1*1', 'begin 1', '1: 2@2*1']);
  });

  it('starts no input when enough was said, and all again from a snapshot', () => {
    const said: string[] = [];
    connectAll({ inputs: [timed([at(1)]), timed([at(2)])] }, sinkOf(said, 1), context(), 'union', 'ab');
    expect(said).toEqual(['0: [object Object]@1*1']);
    let snapshot = (): unknown => undefined;
    const registry = (from?: unknown): StateRegistry => ({
      register(kind, _name, take) {
        if (kind !== 'union') return undefined;
        snapshot = take;
        return from;
      },
      registerParts: () => undefined,
    });
    const streams = [testStream<string>(), testStream<string>()] as const;
    const first = connectAll({ inputs: streams }, sinkOf([]), context(registry()), 'union', 'ab');
    streams[0].advanceWatermarkTo(7).complete();
    streams[1].advanceWatermarkTo(9);
    const saved = structuredClone(snapshot());
    expect(saved).toEqual({
      watermark: 9,
      inputs: [
        { watermark: 7, idle: false, done: true },
        { watermark: 9, idle: false, done: false },
      ],
    });
    first.unsubscribe();
    const after: string[] = [];
    connectAll({ inputs: streams }, sinkOf(after), context(registry(saved)), 'union', 'ab');
    streams[0].add('too late', 5);
    streams[1].advanceWatermarkTo(12).complete();
    expect(after).toEqual(['W12', 'done']);
  });
});

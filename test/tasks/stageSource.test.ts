import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StageEntry } from '../../src/kafka/stageRecord.js';
import type { StateRegistry } from '../../src/stream/sink.js';
import { systemClock } from '../../src/stream/systemClock.js';
import { StageSource } from '../../src/tasks/stageSource.js';

/** A source of two upstream tasks in one partition, and what it says. */
function source(saved?: unknown) {
  const said: string[] = [];
  let snapshot: () => unknown = () => undefined;
  const sink = {
    closed: false,
    next: (value: number, at: number, diff: number) => void said.push(`${diff < 0 ? '-' : ''}${value} at ${at}`),
    watermark: (time: number) => void said.push(`watermark ${time}`),
    idle: () => void said.push('idle'),
    error: (error: unknown) => void said.push(`error ${error}`),
    complete: () => void said.push('complete'),
  };
  const state: StateRegistry = {
    register(_kind, _name, take) {
      snapshot = take;
      return saved;
    },
    registerParts: () => undefined,
  };
  const entry = new StageSource<number>('s', ['t/0 0', 't/0 1'], sink, { clock: systemClock, state });
  const say = (value: StageEntry, element = 0) =>
    entry.next({ key: null, value: { entry: value, value: element }, topic: 't', partition: 0, offset: 0, timestamp: -1, headers: {} });
  return { said, sink, entry, say, snapshot: () => structuredClone(snapshot()) };
}

const element = (task: number, timestamp: number, diff: 1 | -1 = 1): StageEntry => ({ kind: 'element', task, timestamp, diff });
const watermark = (task: number, time: number): StageEntry => ({ kind: 'watermark', task, watermark: time });
const idle = (task: number): StageEntry => ({ kind: 'idle', task });

describe('event time behind a repartition', () => {
  it('is the lowest of all tasks before it, once all have spoken', () => {
    const { said, say } = source();
    say(element(0, 5), 1);
    say(watermark(0, 10));
    say(element(0, 11, -1), 2);
    say(watermark(1, 7));
    say(watermark(1, 20));
    expect(said).toEqual(['1 at 5', '-2 at 11', 'watermark 7', 'watermark 10']);
  });

  it('waits for none that is idle, and for those that speak again', () => {
    const { said, say } = source();
    say(watermark(0, 10));
    say(idle(1));
    say(idle(0));
    say(watermark(0, 15));
    say(element(1, 16), 3);
    say(watermark(0, 20));
    say(watermark(1, 18));
    expect(said).toEqual(['watermark 10', 'idle', 'watermark 15', '3 at 16', 'watermark 18']);
  });

  it('goes on from a snapshot as it would have', () => {
    const entries = fc.array(
      fc.oneof(
        fc.record({ task: fc.nat({ max: 2 }), time: fc.nat({ max: 50 }) }).map(({ task, time }) => element(task, time)),
        fc.record({ task: fc.nat({ max: 2 }), time: fc.nat({ max: 50 }) }).map(({ task, time }) => watermark(task, time)),
        fc.nat({ max: 2 }).map(idle),
      ),
    );
    fc.assert(
      fc.property(entries, fc.nat({ max: 10 }), (all, cut) => {
        const whole = source();
        for (const entry of all) whole.say(entry);
        const before = source();
        for (const entry of all.slice(0, cut)) before.say(entry);
        const after = source(before.snapshot());
        for (const entry of all.slice(cut)) after.say(entry);
        expect([...before.said, ...after.said]).toEqual(whole.said);
      }),
    );
  });

  it('hands on errors and the end, and stops where nothing more is wanted', () => {
    const { said, sink, entry, say } = source();
    sink.closed = true;
    say(element(0, 1));
    expect([said, entry.closed]).toEqual([[], true]);
    entry.error('no');
    entry.complete();
    expect(said).toEqual(['error no', 'complete']);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMapping, type Pointer, positionsOf, readPointer, writePointer } from '../../src/kafka/pointer.js';
import type { KafkaPosition } from '../../src/kafka/port.js';
import { refusal } from '../support.js';

const pointer: Pointer = { job: 'job/1', checkpoint: 7, tasks: 2, partitions: 4, watermark: 1_700_000_000_000 };
const rule = { job: 'job/1', group: 'g', tasks: 2, partitions: 4, adopted: new Set<string>() };
const at = (partition: number, offset: number, metadata: string, topic = 't'): KafkaPosition => ({ topic, partition, offset, metadata });

describe('a pointer', () => {
  it('has a form that stays', () => {
    expect(writePointer(pointer)).toBe('{"tidemark":1,"job":"job/1","checkpoint":7,"tasks":2,"partitions":4,"watermark":1700000000000}');
    expect(readPointer(at(1, 5, writePointer(pointer)))).toEqual(pointer);
    expect(writePointer({ ...pointer, job: 'x'.repeat(80) }).length).toBeLessThan(200);
  });

  it('is of somebody else, if it is anything but that', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.json(), fc.constantFrom('', 'null', '{"tidemark":1}', '{"tidemark":1,"job":"j","checkpoint":"7"}')),
        metadata => {
          expect(readPointer(at(0, 1, metadata))).toBeUndefined();
        },
      ),
    );
  });

  it('of a newer version is refused', () => {
    expect(refusal(() => readPointer(at(1, 5, '{"tidemark":2}')))).toContain(
      'BAD_CHECKPOINT: Kafka: the position of t/1 was written by a newer tidemark',
    );
  });
});

describe('the positions of a task', () => {
  const own = (partition: number, checkpoint = 7) => at(partition, partition * 10, writePointer({ ...pointer, checkpoint }));

  it('name one checkpoint, or none; partitions without a position say nothing', () => {
    expect(positionsOf([own(1), own(3)], rule)).toEqual({
      checkpoint: 7,
      offsets: new Map([
        ['t/1', 10],
        ['t/3', 30],
      ]),
    });
    expect(positionsOf([own(1)], rule).checkpoint).toBe(7);
    expect(positionsOf([], rule)).toEqual({ checkpoint: 0, offsets: new Map() });
  });

  it('of others are gone on from where that is wished, topic by topic', () => {
    const foreign = [at(1, 5, ''), at(3, 6, writePointer({ ...pointer, job: 'other/1' }))];
    expect(positionsOf(foreign, { ...rule, adopted: new Set(['t']) })).toEqual({
      checkpoint: 0,
      offsets: new Map([
        ['t/1', 5],
        ['t/3', 6],
      ]),
    });
    expect(refusal(() => positionsOf(foreign, rule))).toBe(
      `NEEDS_OPERATOR: job job/1: group "g": the position of t/1 is not of this job (it says nothing). To go on from there with empty state write start: 'committed'; to begin elsewhere give the job a group of its own.`,
    );
    expect(refusal(() => positionsOf([at(1, 5, '', 'u')], { ...rule, adopted: new Set(['t']) }))).toContain('NEEDS_OPERATOR');
  });

  it('that do not agree are for a person, whatever is wished', () => {
    const adopted = new Set(['t']);
    expect(refusal(() => positionsOf([own(1), own(3, 8)], rule))).toContain('its positions name checkpoints 7 and 8');
    expect(refusal(() => positionsOf([own(1), at(3, 6, '')], { ...rule, adopted }))).toContain('t/3 was set by somebody else');
  });

  it('of another mapping are refused, with the cure', () => {
    expect(refusal(() => positionsOf([own(1)], { ...rule, tasks: 4 }))).toBe(
      'NEEDS_OPERATOR: job job/1: group "g" has worked as 2 tasks over 4 partitions, and now is to as 4 tasks over 4 partitions. Write tasks: 2; or run the job anew: another name and group.',
    );
    expect(refusal(() => checkMapping(pointer, { group: 'g', tasks: 2, partitions: 8 }))).toContain('Keys have moved to other partitions');
    expect(checkMapping(pointer, rule)).toBeUndefined();
  });
});

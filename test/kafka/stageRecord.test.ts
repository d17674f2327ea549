import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryKafka } from '../../src/kafka/memoryKafka.js';
import type { KafkaOutput, KafkaRecord } from '../../src/kafka/port.js';
import { readStage, STAGE, stageElement, stageMarks } from '../../src/kafka/stageRecord.js';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';

const task = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const time = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(START_OF_TIME, END_OF_TIME, 0));

/** As a client reads it: from the middle of other bytes. */
function read({ topic, partition = 0, key, value, headers = {} }: KafkaOutput): KafkaRecord {
  const header = headers[STAGE] as Uint8Array;
  const view = new Uint8Array([1, ...header, 1]).subarray(1, 1 + header.length);
  return { topic, partition, offset: 8, timestamp: 0, key: key as null, value: value as null, headers: { [STAGE]: view } };
}

function withHeader(header: Uint8Array | null): KafkaRecord {
  return { topic: 's', partition: 1, offset: 4, timestamp: 0, key: null, value: null, headers: { [STAGE]: header } };
}

describe('a record of a stage', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(task, time, fc.constantFrom(1 as const, -1 as const), (task, timestamp, diff) => {
        const record = read(stageElement('s', task, timestamp, diff, 'k', 'v'));
        expect(readStage(record)).toEqual({ kind: 'element', task, timestamp, diff });
      }),
    );
    fc.assert(
      fc.property(task, time, (task, watermark) => {
        for (const mark of stageMarks('s', 3, task, watermark))
          expect(readStage(read(mark))).toEqual({ kind: 'watermark', task, watermark });
      }),
    );
    expect(stageMarks('s', 2, 7, 'idle').map(read).map(readStage)).toEqual([
      { kind: 'idle', task: 7 },
      { kind: 'idle', task: 7 },
    ]);
    expect(stageMarks('s', 2, 7, 'end').map(({ partition }) => partition)).toEqual([0, 1]);
    expect(readStage(read(stageMarks('s', 1, 7, 'end')[0] as KafkaOutput))).toEqual({ kind: 'end', task: 7 });
  });

  it('goes through a topic, key and value untouched', () => {
    const kafka = memoryKafka({ topics: { s: 2 } });
    kafka.write([stageElement('s', 1, 50, 1, 'k', 'v', 1), ...stageMarks('s', 2, 1, 60)]);
    const records = kafka.read('s');
    expect(records.map(readStage)).toEqual([
      { kind: 'watermark', task: 1, watermark: 60 },
      { kind: 'element', task: 1, timestamp: 50, diff: 1 },
      { kind: 'watermark', task: 1, watermark: 60 },
    ]);
    expect(records[1]).toMatchObject({ partition: 1, key: new Uint8Array([107]), value: new Uint8Array([118]) });
  });

  it('has a form that later versions keep', () => {
    const { headers } = stageElement('s', 258, 1, -1, null, null);
    expect(headers?.[STAGE]).toEqual(new Uint8Array([1, 0, 255, 0, 0, 1, 2, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0]));
  });

  const good = stageElement('s', 0, 1, 1, null, null).headers?.[STAGE] as Uint8Array;
  const changed = (at: number, to: number) => good.with(at, to);
  it.each([
    ['no header', { ...withHeader(null), headers: {} }, /record 4 of s\/1 is of somebody else/],
    ['a header of null', withHeader(null), /has a header tidemark-stage that is none/],
    ['a newer version', withHeader(changed(0, 2)), /is of version 2, and this program knows version 1/],
    ['an unknown kind', withHeader(changed(1, 9)), /torn header/],
    ['an impossible diff', withHeader(changed(2, 0)), /torn header/],
    ['a time that is none', withHeader(changed(8, 0xff).with(7, 0x7f)), /torn header/],
    ['too few bytes', withHeader(good.subarray(0, 14)), /torn header/],
    ['too many bytes', withHeader(new Uint8Array([...good, 0])), /torn header/],
    ['no bytes', withHeader(new Uint8Array()), /is of version undefined/],
  ])('is refused: %s', (_, record, sentence) => {
    expect(() => readStage(record)).toThrowError(expect.objectContaining({ code: 'BAD_RECORD', message: expect.stringMatching(sentence) }));
  });
});

import { expect, it } from 'vitest';
import { text } from '../../src/kafka/codec.js';
import { memoryKafka } from '../../src/kafka/memoryKafka.js';
import { KafkaRows } from '../../src/tasks/kafkaRows.js';
import { refusal } from '../support.js';

const client = memoryKafka({ topics: { out: 1 } }).client();
const rowsOf = (delivery: 'exactly-once' | 'at-least-once', upsert = false) =>
  new KafkaRows<string>(client, 'out', { topic: 't', value: text(), key: value => value, upsert }, delivery, 5);

it('declares what it promises, and makes records', () => {
  expect([rowsOf('exactly-once').mode, rowsOf('at-least-once').mode]).toEqual(['sink-decides', 'upsert']);
  expect([rowsOf('exactly-once').table, rowsOf('exactly-once', true).table]).toEqual([undefined, 't']);
  expect(rowsOf('exactly-once').recordsIn(3)('a', 1)).toMatchObject([{ topic: 't', key: 'a', value: 'a' }]);
  expect(rowsOf('exactly-once', true).recordsIn(3)('a', -1)).toMatchObject([{ topic: 't', key: 'a', value: null }]);
});

it('works for itself at least once, and in tasks alone exactly once', () => {
  const context = { job: 'j', run: 'r', relieve() {}, checkpoint() {}, fail() {} };
  expect(rowsOf('at-least-once').create(context)).toMatchObject({ name: 'out', mode: 'upsert', room: 5 });
  expect(refusal(() => rowsOf('exactly-once').create(context))).toContain("Read by fromKafka; or write delivery: 'at-least-once'");
});

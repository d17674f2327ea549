import { expect, it } from 'vitest';
import type { KafkaOutput, KafkaRecord } from '../../src/kafka/port.js';
import { readStage, stageElement } from '../../src/kafka/stageRecord.js';
import { StageMark } from '../../src/tasks/stageMark.js';

function marks() {
  const said: string[] = [];
  const add = (record: KafkaOutput): void => {
    const entry = readStage(record as unknown as KafkaRecord);
    said.push(`${entry.kind}${'watermark' in entry ? ` ${entry.watermark}` : ''} in ${record.partition ?? '?'}`);
  };
  const mark = new StageMark({ topic: 't', partitions: 2, task: 1, add });
  const element = () => mark.write(stageElement('t', 1, 5, 1, 'k', 'v'));
  const spoken = () => said.splice(0);
  return { mark, element, spoken };
}

it('is said at a barrier, into every partition, if it is new', () => {
  const { mark, element, spoken } = marks();
  mark.say();
  element();
  mark.reached(7);
  mark.reached(9);
  expect(spoken()).toEqual(['element in ?']);
  mark.say();
  mark.say();
  expect(spoken()).toEqual(['watermark 9 in 0', 'watermark 9 in 1']);
});

it('says that a task is idle, again and again if it speaks in between', () => {
  const { mark, element, spoken } = marks();
  mark.reached(9);
  mark.rested();
  mark.say();
  mark.say();
  expect(spoken()).toEqual(['idle in 0', 'idle in 1']);
  element();
  mark.rested();
  mark.say();
  expect(spoken()).toEqual(['element in ?', 'idle in 0', 'idle in 1']);
  element();
  mark.say();
  expect(spoken()).toEqual(['element in ?', 'watermark 9 in 0', 'watermark 9 in 1']);
});

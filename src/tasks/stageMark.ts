/**
 * How far a task is, as the next stage is to hear of it: at each checkpoint, behind the elements before it, if there is something new to say.
 * An element behind the word that a task is idle says that it is not.
 */
import type { KafkaOutput } from '../kafka/port.js';
import { stageMarks } from '../kafka/stageRecord.js';
import type { Watermark } from '../time/timestamp.js';

/** Where the elements and marks of a task go. */
export interface StageTarget {
  readonly topic: string;
  readonly partitions: number;
  readonly task: number;
  add(record: KafkaOutput): void;
}

export class StageMark {
  readonly #target: StageTarget;
  #time: Watermark | undefined;
  #idle = false;
  /** What was said last; undefined: it no longer holds. */
  #said: Watermark | 'idle' | undefined;

  constructor(target: StageTarget) {
    this.#target = target;
  }

  /** An element. */
  write(record: KafkaOutput): void {
    this.#idle = false;
    if (this.#said === 'idle') this.#said = undefined;
    this.#target.add(record);
  }

  reached(time: Watermark): void {
    this.#time = time;
    this.#idle = false;
  }

  rested(): void {
    this.#idle = true;
  }

  /** The barrier. */
  say(): void {
    const { topic, partitions, task } = this.#target;
    const mark = this.#idle ? 'idle' : this.#time;
    if (mark === undefined || mark === this.#said) return;
    this.#said = mark;
    for (const record of stageMarks(topic, partitions, task, mark)) this.#target.add(record);
  }
}

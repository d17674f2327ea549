/** The end of a stage before a repartition: elements go into the topic by key, and how far event time is, behind them. */
import type { Unsubscribable } from 'rxjs';
import { stageElement } from '../kafka/stageRecord.js';
import { EventStream } from '../stream/eventStream.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import type { RepartitionSpec } from './repartitionStream.js';
import type { StageMark } from './stageMark.js';
import type { TaskJob } from './taskJob.js';

export class StageOut<T> extends EventStream<never> {
  readonly spec: RepartitionSpec<T>;

  constructor(upstream: EventStream<T>, spec: RepartitionSpec<T>) {
    super(`repartition "${spec.name}"`, [upstream]);
    this.spec = spec;
  }

  override connect(sink: EventSink<never>, context: RuntimeContext): Unsubscribable {
    const job = context.job as TaskJob<unknown>;
    const writer = job.writer(this) as unknown as StageMark;
    const { topic, key, value } = this.spec;
    const task = job.place.number;
    let failed = false;
    const rows: EventSink<T> = {
      get closed() {
        return failed || sink.closed;
      },
      next(element, timestamp, diff) {
        if (failed) return;
        try {
          writer.write(stageElement(topic, task, timestamp, diff, key(element), value.encode(element)));
        } catch (error) {
          failed = true;
          sink.error(error);
        }
      },
      watermark: time => writer.reached(time),
      idle: () => writer.rested(),
      error: error => sink.error(error),
      complete: () => sink.complete(),
    };
    return (this.inputs[0] as EventStream<T>).connect(rows, context);
  }
}

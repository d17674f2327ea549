/** Sinks as operators: the last step of a pipeline, whose rows take part in the checkpoints of a job. */
import type { Unsubscribable } from 'rxjs';
import type { CheckpointSink, SinkMode } from '../checkpoint/participants.js';
import { TidemarkError } from '../errors.js';
import { type EventOperator, EventStream, eventOperator } from '../stream/eventStream.js';
import type { EventSink, RowWriter, RuntimeContext } from '../stream/sink.js';

/** A sink at work in one run of a job: takes rows, and does what the coordinator asks of a sink of its mode. */
export interface SinkWork<in T> extends CheckpointSink, RowWriter<T> {
  /** How many rows it can take now. Default: any number. */
  readonly room?: number;
  /** Called when the job is over, whatever became of it. */
  close?(): void | Promise<void>;
}

/** What a sink at work gets of its job. */
export interface SinkContext {
  /** The name of the job. */
  readonly job: string;
  /** Says that there is room again. */
  readonly relieve: () => void;
  /** Asks for a checkpoint before its time: too much waits for one. Says nothing of when; one that has just been made is rested from. */
  readonly checkpoint: () => void;
  /** The sink cannot go on: fails the job. */
  readonly fail: (error: unknown) => void;
}

/** A sink, before it is at work. */
export interface SinkDefinition<in T> {
  /** What it is: `toFile(out)`. */
  readonly kind: string;
  /** By which a restart finds it. */
  readonly name: string;
  /** What it promises. */
  readonly mode: SinkMode;
  /** Begins its work in one run of a job. */
  create(context: SinkContext): SinkWork<T>;
}

/** A stream that ends in a sink; its values go on to whoever listens. */
export class SinkStream<T> extends EventStream<T> {
  readonly definition: SinkDefinition<T>;

  constructor(source: EventStream<T>, definition: SinkDefinition<T>) {
    super(`${definition.kind} "${definition.name}"`, [source]);
    this.definition = definition;
  }

  override connect(sink: EventSink<T>, context: RuntimeContext): Unsubscribable {
    if (!context.job) {
      throw new TidemarkError(
        'BAD_OPTION',
        `${this.kind}: a sink is at work in a job only. Start the pipeline by run(pipeline, { name: '...' }) instead of subscribe().`,
      );
    }
    const writer = context.job.writer<T>(this);
    const rows: EventSink<T> = {
      get closed() {
        return sink.closed;
      },
      next(value, timestamp, diff) {
        writer.write(value, diff);
        sink.next(value, timestamp, diff);
      },
      watermark: time => sink.watermark(time),
      idle: () => sink.idle(),
      error: error => sink.error(error),
      complete: () => sink.complete(),
    };
    return (this.inputs[0] as EventStream<T>).connect(rows, context);
  }
}

/**
 * Makes an operator of a sink of your own. Which of the four modes it has, it has to declare, and it must keep what `CheckpointSink`
 * says of that mode.
 *
 * @throws TidemarkError `BAD_OPTION` without a name, since a restart finds a sink by its name.
 */
export function defineSink<T>(definition: SinkDefinition<T>): EventOperator<T, T> {
  const { kind, name } = definition;
  if (typeof name !== 'string' || name === '')
    throw new TidemarkError('BAD_OPTION', `${kind}: name must be a text, by which a restart finds the sink. Write { name: '...' }.`);
  return eventOperator<T, T>(kind, source => new SinkStream<T>(source, definition));
}

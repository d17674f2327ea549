/** Sinks as operators: the last step of a pipeline, whose rows take part in the checkpoints of a job. */
import type { Unsubscribable } from 'rxjs';
import type { CheckpointSink, SinkMode } from '../checkpoint/participants.js';
import { checkFunction, checkOptions, mustBe, oneOf, show, TidemarkError } from '../errors.js';
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
  /** The name of the job; of a task of it, that of the task. */
  readonly job: string;
  /** Of a task: which one. A sink that writes to one place gives each its own. */
  readonly task?: string | undefined;
  /** A text that no other run of any job has. */
  readonly run: string;
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
    // A stock operator above would not hand an error on, and the row would be missing: it ends the stream here.
    let failed = false;
    const rows: EventSink<T> = {
      get closed() {
        return failed || sink.closed;
      },
      next(value, timestamp, diff) {
        if (failed) return;
        try {
          writer.write(value, diff);
        } catch (error) {
          failed = true;
          sink.error(error);
          return;
        }
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
 * @throws TidemarkError `BAD_OPTION` for what is no definition; without a name too, since a restart finds a sink by its name.
 */
export function defineSink<T>(definition: SinkDefinition<T>): EventOperator<T, T> {
  checkOptions(definition, ['kind', 'name', 'mode', 'create'], 'defineSink');
  const { kind, name, mode, create } = definition;
  checkText(kind, 'defineSink: kind', 'a text');
  checkText(name, `${kind}: name`, 'a text, by which a restart finds the sink');
  oneOf('transactional', 'sink-decides', 'upsert', 'outbox')(mode, `${kind}: mode`);
  checkFunction(create, `${kind}: create`);
  return eventOperator<T, T>(kind, source => new SinkStream<T>(source, definition));
}

function checkText(text: unknown, where: string, what: string): void {
  if (typeof text !== 'string' || text === '') throw mustBe(where, what, text);
}

/** What `create` has given must be what was declared: the coordinator goes by the work, the graph by its definition. */
export function checkWork<T>({ kind, name, mode }: SinkDefinition<T>, work: SinkWork<T>): SinkWork<T> {
  const methods = ['write', 'fence', 'lastCommitted', 'rotate', 'prepare', 'commit', 'abort'] as const;
  const missing = methods.filter(method => typeof work?.[method] !== 'function');
  if (missing.length > 0)
    throw new TidemarkError('BAD_OPTION', `${kind} "${name}": what create() gives must have ${missing.join(', ')}: see SinkWork.`);
  if (work.name === name && work.mode === mode) return work;
  throw new TidemarkError(
    'BAD_OPTION',
    `${kind} "${name}": it is declared as ${mode}, but what create() gives is ${show(work.name)}, ${show(work.mode)}. Say the same in both.`,
  );
}

/**
 * Where event time goes on behind a repartition: elements bring theirs along, and watermarks come from the tasks before it, by each partition.
 * The lowest of those that are not idle counts.
 */
import type { EventSink, RuntimeContext, SourceTarget } from '../stream/sink.js';
import { type Input, Inputs } from '../time/inputs.js';
import { START_OF_TIME, type Watermark } from '../time/timestamp.js';
import type { KafkaMessage } from './kafkaSource.js';
import type { StageValue } from './repartitionStream.js';

/** A task of the stage before, as it is heard in a partition. */
interface Upstream extends Input {
  readonly id: string;
}

interface StageSnapshot {
  readonly watermark: Watermark;
  readonly sources: readonly { readonly id: string; readonly watermark: Watermark; readonly idle: boolean }[];
}

type Message<T> = KafkaMessage<StageValue<T>>;

export class StageSource<T> implements SourceTarget<Message<T>> {
  readonly #sink: EventSink<T>;
  readonly #inputs = new Inputs<Upstream>();
  readonly #byId = new Map<string, Upstream>();

  /** `ids`: of all that will be heard. */
  constructor(name: string, ids: readonly string[], sink: EventSink<T>, context: RuntimeContext) {
    this.#sink = sink;
    const saved = context.state?.register('eventTime', name, () => this.#snapshot()) as StageSnapshot | undefined;
    for (const id of ids) this.#join(id);
    if (!saved) return;
    for (const { id, watermark, idle } of saved.sources) {
      const source = this.#byId.get(id) ?? this.#join(id);
      this.#inputs.advance(source, watermark);
      if (idle) this.#inputs.rest(source);
    }
    this.#inputs.restore(saved.watermark);
  }

  get closed(): boolean {
    return this.#sink.closed;
  }

  next(message: Message<T>): void {
    this.all([message]);
  }

  all(messages: readonly Message<T>[]): void {
    for (const message of messages) {
      if (this.closed) return;
      this.#enter(message);
    }
  }

  error(error: unknown): void {
    this.#sink.error(error);
  }

  complete(): void {
    this.#sink.complete();
  }

  #enter({ topic, partition, value: { entry, value } }: Message<T>): void {
    const id = `${topic}/${partition} ${entry.task}`;
    const source = this.#byId.get(id) ?? this.#join(id);
    if (entry.kind === 'element') {
      this.#sink.next(value as T, entry.timestamp, entry.diff);
      if (source.idle) this.#advance(source, source.watermark);
    } else if (entry.kind === 'watermark') this.#advance(source, entry.watermark);
    else this.#rest(source);
  }

  #rest(source: Upstream): void {
    if (source.idle) return;
    if (this.#inputs.rest(source)) this.#sink.watermark(this.#inputs.watermark);
    if (this.#inputs.idle) this.#sink.idle();
  }

  #advance(source: Upstream, watermark: Watermark): void {
    if (this.#inputs.advance(source, watermark)) this.#sink.watermark(this.#inputs.watermark);
  }

  #join(id: string): Upstream {
    const source: Upstream = { id, watermark: START_OF_TIME, idle: false, at: 0 };
    this.#byId.set(id, source);
    this.#inputs.join(source);
    return source;
  }

  #snapshot(): StageSnapshot {
    const sources = this.#inputs.all().map(({ id, watermark, idle }) => ({ id, watermark, idle }));
    return { watermark: this.#inputs.watermark, sources };
  }
}

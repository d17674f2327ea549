/** Keeps the view of one partition of a log up to date: each call reads to the end as it is after the call. */
import type { KafkaClient, TopicPartition } from '../kafka/port.js';
import { TopicView } from './topicView.js';

/** Milliseconds after which a view begins anew: a deletion that it has not seen may have been compacted away. (Kafka keeps it for a day.) */
const STALE = 6 * 3_600_000;

export class TopicReader {
  readonly place: TopicPartition;
  #view: TopicView;
  readonly #watched = new Map<string, boolean | undefined>();
  readonly #client: Pick<KafkaClient, 'read'>;
  readonly #now: () => number;
  #next = 0;
  #read = 0;
  #running: Promise<unknown> = Promise.resolve();
  #waiting: Promise<TopicView> | undefined;

  constructor(client: Pick<KafkaClient, 'read'>, place: TopicPartition, now: () => number = Date.now) {
    this.#client = client;
    this.place = place;
    this.#view = new TopicView(this.#watched);
    this.#now = now;
  }

  /** From now on remembers whether the entry of this key was the first when it came. */
  watch(key: string): void {
    this.#watched.set(key, undefined);
  }

  /** Whether it was; undefined: it has not come. Forgets it. */
  verdict(key: string): boolean | undefined {
    const first = this.#watched.get(key);
    this.#watched.delete(key);
    return first;
  }

  /** Everything that was written before this was called is in the view. */
  catchUp(): Promise<TopicView> {
    if (!this.#waiting) {
      // One that is under way may have seen the end already.
      const run = this.#running.then(() => {
        this.#waiting = undefined;
        return this.#run();
      });
      this.#waiting = run;
      this.#running = run.catch(() => undefined);
    }
    return this.#waiting;
  }

  async #run(): Promise<TopicView> {
    const now = this.#now();
    if (now - this.#read > STALE) {
      this.#view = new TopicView(this.#watched);
      this.#next = 0;
    }
    for (;;) {
      const { records, next, end } = await this.#client.read(this.place, this.#next);
      for (const record of records) this.#view.apply(record);
      this.#next = next;
      if (next >= end) break;
    }
    this.#read = now;
    return this.#view;
  }
}

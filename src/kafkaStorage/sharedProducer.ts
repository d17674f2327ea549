/** Sends for many at once: what comes while a send is under way goes together in the next. A producer that failed is replaced. */
import type { KafkaClient, KafkaOutput, KafkaProducer } from '../kafka/port.js';

interface Waiting {
  readonly records: readonly KafkaOutput[];
  readonly resolve: (offsets: readonly number[]) => void;
  readonly reject: (error: unknown) => void;
}

export class SharedProducer {
  readonly #client: Pick<KafkaClient, 'producer'>;
  #producer: KafkaProducer | undefined;
  #waiting: Waiting[] = [];
  #sending = false;

  constructor(client: Pick<KafkaClient, 'producer'>) {
    this.#client = client;
  }

  /** @returns the offsets of the records */
  send(records: readonly KafkaOutput[]): Promise<readonly number[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject });
      if (!this.#sending) void this.#sendAll();
    });
  }

  async close(): Promise<void> {
    await this.#producer?.close();
    this.#producer = undefined;
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    // Who calls within the same turn comes along.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const all = this.#waiting.splice(0);
      try {
        if (!this.#producer || this.#producer.over) this.#producer = await this.#client.producer();
        const offsets = await this.#producer.send(all.flatMap(({ records }) => records));
        let from = 0;
        for (const { records, resolve } of all) resolve(offsets.slice(from, (from += records.length)));
      } catch (error) {
        for (const { reject } of all) reject(error);
      }
    }
    this.#sending = false;
  }
}

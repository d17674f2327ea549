/** Writing without a transaction over a producer of kafkajs. One that failed is thrown away, as in a transaction: nobody knows what of it was written. */
import type { Kafka, Producer } from 'kafkajs';
import { retried } from './deadline.js';
import { explained, failed, passes } from './kafkaErrors.js';
import { type Cluster, producerOf, Sending } from './kafkaJsSending.js';
import type { KafkaOutput, KafkaProducer } from './port.js';
import { Turns } from './turns.js';

export class KafkaJsProducer implements KafkaProducer {
  readonly #producer: Producer;
  readonly #sending: Sending;
  readonly #turns = new Turns();

  private constructor(producer: Producer, cluster: Pick<Cluster, 'partitions'>) {
    this.#producer = producer;
    this.#sending = new Sending(cluster);
  }

  /** `patience`: milliseconds for which it is tried to connect. */
  static async connect(kafka: Kafka, patience: number, cluster: Pick<Cluster, 'partitions'>): Promise<KafkaJsProducer> {
    // So that what kafkajs sends again, since an answer was lost, is not there twice.
    const producer = producerOf(kafka, { idempotent: true });
    try {
      await retried(() => producer.connect(), passes, patience);
      return new KafkaJsProducer(producer, cluster);
    } catch (error) {
      await producer.disconnect().catch(() => undefined);
      throw explained(error, 'connecting a producer');
    }
  }

  get over(): boolean {
    return this.#turns.over;
  }

  send(records: readonly KafkaOutput[]): Promise<readonly number[]> {
    return this.#turns.take(() => this.#send(records));
  }

  async #send(records: readonly KafkaOutput[]): Promise<readonly number[]> {
    if (this.#turns.over) throw failed('the producer is over: make a new one');
    const checked = await this.#sending.checked(records);
    try {
      return await this.#sending.send(checked, this.#producer);
    } catch (error) {
      this.#turns.stop();
      void this.#producer.disconnect().catch(() => undefined);
      throw explained(error, 'sending records');
    }
  }

  async close(): Promise<void> {
    await this.#turns.end();
    await this.#producer.disconnect().catch(() => undefined);
  }
}

/** Writing without a transaction to the cluster in memory. */
import { failed } from './kafkaErrors.js';
import type { Call, MemoryWorld } from './memoryClient.js';
import { batches, Outbox, topicsOf } from './outgoing.js';
import type { KafkaOutput, KafkaProducer } from './port.js';
import { Turns } from './turns.js';

export class MemoryProducer implements KafkaProducer {
  readonly #world: MemoryWorld;
  readonly #call: Call;
  readonly #outbox = new Outbox();
  readonly #turns = new Turns();

  constructor(world: MemoryWorld, call: Call) {
    this.#world = world;
    this.#call = call;
  }

  get over(): boolean {
    return this.#turns.over;
  }

  send(records: readonly KafkaOutput[]): Promise<readonly number[]> {
    return this.#turns.take(() => this.#send(records));
  }

  async #send(records: readonly KafkaOutput[]): Promise<readonly number[]> {
    const offsets: number[] = [];
    if (this.#turns.over) throw failed('the producer is over: make a new one');
    const { broker, now } = this.#world;
    const topics = topicsOf({ records });
    const checked = this.#outbox.records({ records }, new Map(topics.map(topic => [topic, broker.logs(topic).length])));
    try {
      for (const batch of batches(checked)) offsets.push(...(await this.#call('send', topics.join(), () => broker.write(batch, now()))));
      return offsets;
    } catch (error) {
      this.#turns.stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#turns.end();
  }

  crash(): void {
    this.#turns.stop();
  }
}

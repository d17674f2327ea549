/** A transactor of the cluster in memory: a transaction is as many calls as that of the real client. */
import { failed } from './kafkaErrors.js';
import type { Call, MemoryWorld } from './memoryClient.js';
import { batches, checkedPositions, Outbox, topicsOf } from './outgoing.js';
import type { KafkaClient, KafkaCommit, KafkaPosition, KafkaTransactor, TopicPartition } from './port.js';
import { Turns } from './turns.js';

export class MemoryTransactor implements KafkaTransactor {
  readonly transactionalId: string;
  readonly #epoch: number;
  readonly #world: MemoryWorld;
  readonly #call: Call;
  readonly #committed: KafkaClient['committed'];
  readonly #outbox = new Outbox();
  readonly #turns = new Turns();

  constructor(id: string, epoch: number, world: MemoryWorld, call: Call, committed: KafkaClient['committed']) {
    this.transactionalId = id;
    this.#epoch = epoch;
    this.#world = world;
    this.#call = call;
    this.#committed = committed;
  }

  get over(): boolean {
    return this.#turns.over;
  }

  committed(group: string, partitions: readonly TopicPartition[]): Promise<readonly KafkaPosition[]> {
    return this.#committed(group, partitions);
  }

  commit(commit: KafkaCommit): Promise<void> {
    return this.#turns.take(() => this.#commit(commit));
  }

  async #commit(commit: KafkaCommit): Promise<void> {
    if (this.#turns.over) throw failed(`"${this.transactionalId}" is over: acquire it again`);
    const { broker } = this.#world;
    const positions = checkedPositions(commit);
    const counts = new Map(topicsOf(commit).map(topic => [topic, broker.logs(topic).length]));
    const records = this.#outbox.records(commit, counts);
    for (const position of positions) broker.log(position);
    if (records.length + positions.length === 0) return;
    const [id, epoch] = [this.transactionalId, this.#epoch];
    try {
      for (const batch of batches(records)) await this.#call('append', id, () => broker.append(id, epoch, batch, this.#world.now()));
      if (positions.length > 0) await this.#call('positions', id, () => broker.addPositions(id, epoch, commit.group as string, positions));
      await this.#call('end', id, () => broker.end(id, epoch));
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

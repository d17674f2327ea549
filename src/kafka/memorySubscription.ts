/** A member of a group of the cluster in memory: it takes records in turns, partition by partition, as long as there are some. */
import { outOfRange } from './kafkaErrors.js';
import type { MemoryBroker } from './memoryBroker.js';
import type { GroupMember, MemoryGroup } from './memoryGroup.js';
import { Places } from './places.js';
import type { KafkaSubscribe, KafkaSubscription, TopicPartition } from './port.js';

export class MemorySubscription implements KafkaSubscription, GroupMember {
  readonly id: string;
  readonly topics: readonly string[];
  readonly bundles: number | undefined;
  readonly #options: KafkaSubscribe;
  readonly #broker: MemoryBroker;
  readonly #group: MemoryGroup;
  readonly #batch: number;
  readonly #turn: (call: 'read' | 'divide') => Promise<void>;
  readonly #places = new Places();
  /** `out`: not in its group, or given up by it, of which it does not know. */
  #state: 'reading' | 'waiting' | 'out' | 'over' = 'out';
  #delivering = false;
  /** There may be more to deliver. */
  #again = false;
  #deaf: (() => void) | undefined;

  constructor(
    id: string,
    options: KafkaSubscribe,
    broker: MemoryBroker,
    group: MemoryGroup,
    batch: number,
    turn: (call: 'read' | 'divide') => Promise<void>,
  ) {
    this.id = id;
    this.topics = options.topics;
    this.bundles = options.bundles;
    this.#options = options;
    this.#broker = broker;
    this.#group = group;
    this.#batch = batch;
    this.#turn = turn;
  }

  get assigned(): readonly TopicPartition[] {
    return this.#places.all.map(({ topic, partition }) => ({ topic, partition }));
  }

  get owned(): readonly TopicPartition[] {
    return this.assigned;
  }

  userData(): Uint8Array {
    return this.#options.userData?.() ?? new Uint8Array(0);
  }

  async join(): Promise<void> {
    if (this.#state !== 'out') return;
    // It was given up: what it had may have been another's meanwhile.
    const had = this.#places.divide([]).lost;
    if (had.length > 0) this.#options.listener.lost(had);
    this.#state = 'waiting';
    this.#deaf ??= this.#broker.onChange(() => this.#wake());
    await this.#group.join(this);
  }

  async prepare(): Promise<void> {
    this.#state = 'waiting';
    await this.#turn('divide');
    try {
      if (this.#places.all.length > 0) await this.#options.listener.rebalancing?.();
    } catch (error) {
      this.#fail(error);
    }
  }

  take(partitions: readonly TopicPartition[]): void {
    if (this.#state !== 'waiting') return;
    const { gained, lost } = this.#places.divide(partitions);
    try {
      if (lost.length > 0) this.#options.listener.lost(lost);
      if (gained.length > 0) this.#options.listener.assigned(gained);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#state = 'reading';
    this.#wake();
  }

  seek(partition: TopicPartition, offset: number): void {
    this.#places.seek(partition, offset);
    this.#wake();
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#places.pause(partitions);
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#places.resume(partitions);
    this.#wake();
  }

  async close(): Promise<void> {
    this.#end('over');
    await this.#group.leave(this);
  }

  /** Its process is gone. */
  crash(): void {
    this.#end('over');
    void this.#group.leave(this);
  }

  /** Its group gives it up, and it does not know. */
  evict(): void {
    if (this.#state === 'over') return;
    this.#end('out');
    void this.#group.leave(this);
  }

  #end(state: 'over' | 'out'): void {
    this.#state = state;
    this.#deaf?.();
    this.#deaf = undefined;
  }

  #fail(error: unknown): void {
    if (this.#state === 'over') return;
    this.#end('over');
    void this.#group.leave(this);
    this.#options.listener.failed(error);
  }

  #wake(): void {
    this.#again = true;
    if (this.#delivering) return;
    this.#delivering = true;
    void this.#deliver();
  }

  async #deliver(): Promise<void> {
    try {
      while (this.#again) {
        await this.#turn('read');
        this.#again = false;
        for (const place of this.#places.all) if (this.#deliverOf(place)) this.#again = true;
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#delivering = false;
  }

  /** Whether there was anything. */
  #deliverOf({ topic, partition, position, resting }: TopicPartition & { position: number | undefined; resting: boolean }): boolean {
    if (this.#state !== 'reading' || resting || position === undefined) return false;
    const log = this.#broker.log({ topic, partition });
    if (position < log.low || position > log.high) throw outOfRange({ topic, partition }, position);
    const { records, next } = log.read(position, this.#batch);
    // What came before in this turn may have paused, sought or lost it.
    if (next <= position || !this.#places.advance(topic, partition, position, next)) return false;
    this.#options.listener.records({ topic, partition, records, next, end: log.stable });
    return true;
  }
}

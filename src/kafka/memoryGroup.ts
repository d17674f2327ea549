/**
 * A group of the broker in memory. It divides its partitions whenever a member comes or goes, and all members stop meanwhile, as Kafka's
 * classic groups do; each is asked first, and those that take long are waited for, unless they are given up.
 */
import { assign, numbersOf, partitionsOf } from './assign.js';
import type { KafkaMember, TopicPartition } from './port.js';

/** A member as its group sees it. */
export interface GroupMember {
  readonly id: string;
  readonly topics: readonly string[];
  readonly bundles?: number | undefined;
  readonly owned: readonly TopicPartition[];
  userData(): Uint8Array;
  /** Stops reading; resolves when it is ready for a new division. */
  prepare(): Promise<void>;
  /** Takes its share, and reads on. */
  take(partitions: readonly TopicPartition[]): void;
}

export class MemoryGroup {
  readonly #partitionsOf: (topic: string) => number;
  #members: GroupMember[] = [];
  #dividing: Promise<void> | undefined;
  #again = false;
  #left: () => void = () => undefined;

  constructor(partitionsOf: (topic: string) => number) {
    this.#partitionsOf = partitionsOf;
  }

  /** None while it is dividing. */
  get members(): readonly KafkaMember[] {
    if (this.#dividing) return [];
    return this.#members.map(member => ({ id: member.id, userData: member.userData(), partitions: member.owned }));
  }

  /** Resolves when it has its share. */
  join(member: GroupMember): Promise<void> {
    this.#members.push(member);
    return this.#divide();
  }

  /** Also for one that is not there any more. */
  async leave(member: GroupMember): Promise<void> {
    if (!this.#members.includes(member)) return;
    this.#members = this.#members.filter(each => each !== member);
    this.#left();
    await this.#divide();
  }

  #divide(): Promise<void> {
    this.#again = true;
    this.#dividing ??= this.#rounds();
    return this.#dividing;
  }

  async #rounds(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      // One that is given up is not waited for: it brings another round.
      const left = new Promise<void>(resolve => {
        this.#left = resolve;
      });
      await Promise.race([Promise.all(this.#members.map(member => member.prepare())), left]);
      if (!this.#again) this.#share();
    }
    // Within the same turn, so that who comes next begins anew.
    this.#dividing = undefined;
  }

  #share(): void {
    const topics = [...new Set(this.#members.flatMap(({ topics: names }) => names))];
    const counts = new Map(topics.map(topic => [topic, this.#partitionsOf(topic)]));
    const sharers = this.#members.map(({ id, owned }) => ({ id, owned: numbersOf(owned) }));
    const shares = assign(sharers, Math.max(0, ...counts.values()), this.#members[0]?.bundles);
    for (const member of [...this.#members]) member.take(partitionsOf(shares.get(member.id) ?? [], member.topics, counts));
  }
}

/**
 * What clients do wrong, and what brokers do to them, between a job and the Kafka in memory. The mistakes are those that exactly-once can make:
 * the simulation must find each.
 */

import { TidemarkError } from '../../../src/errors.js';
import { MemoryBroker } from '../../../src/kafka/memoryBroker.js';
import { MemorySubscription } from '../../../src/kafka/memorySubscription.js';
import type { KafkaClient, KafkaCommit, KafkaPosition, KafkaTransactor, TopicPartition } from '../../../src/kafka/port.js';
import { TaskSink } from '../../../src/tasks/taskSink.js';
import type { Process } from '../process.js';

export interface KafkaBugs {
  /** Positions are read before the id is acquired: an older owner may still commit. */
  readonly positionsBeforeAcquire?: boolean;
  /** Rows are committed before the checkpoint is in the log. */
  readonly commitBeforeSlot?: boolean;
  /** After a failed commit the task goes on with what it has in memory. */
  readonly keepsState?: boolean;
  /** A failed commit is made again, by a new owner of the id. */
  readonly commitsAgain?: boolean;
  /** A failed commit is taken for a good one. */
  readonly takesFailureForDone?: boolean;
  /** Only one position of a commit says which checkpoint it is of. */
  readonly oneMetadata?: boolean;
  /** Only one position is committed. */
  readonly onePosition?: boolean;
  /** Answers are not held against what was to be written: a part may be lost when a leader moves. */
  readonly noCoverage?: boolean;
  /** Partitions that a member keeps through a division are read from the committed position on. */
  readonly noSeekRetained?: boolean;
  /** The broker takes what older owners of an id send. */
  readonly noFencing?: boolean;
  /** Each process has ids of its own, so that nobody is fenced. */
  readonly ownIds?: boolean;
  /** Positions are taken as they are shown first. */
  readonly noSettle?: boolean;
  /** Positions go into a transaction of their own, behind that of the rows. */
  readonly twoTransactions?: boolean;
}

interface Surroundings {
  readonly process: Process;
  /** Whether positions are shown as they were before. */
  readonly stale: () => boolean;
  readonly reach: (what: string) => void;
}

type Positions = readonly KafkaPosition[];

/** As many rows as a batch of a leader may lose. */
const LOST = 0.3;

/** A client that makes some of the mistakes, on brokers that show positions late. */
export function withMistakes(client: KafkaClient, bugs: KafkaBugs, { process, stale, reach }: Surroundings): KafkaClient {
  const acquire = async (id: string): Promise<KafkaTransactor> => {
    const own = bugs.ownIds ? `${id}-${process.id}` : id;
    const before = new Map<string, Positions>();
    if (bugs.positionsBeforeAcquire) {
      const all = [...Array(3).keys()].flatMap(partition => ['in', 'more'].map(topic => ({ topic, partition })));
      before.set('job', await client.committed('job', all));
    }
    let inner = await client.acquire(own);
    return {
      transactionalId: id,
      get over() {
        return inner.over;
      },
      async committed(group, partitions, settle) {
        const early = before.get(group);
        if (early) return early.filter(position => partitions.some(each => isSame(each, position)));
        const now = await inner.committed(group, partitions);
        const older = olderOf(own, now);
        if ((settle && !bugs.noSettle) || !older || !stale()) return now;
        reach('positions were shown late');
        return older;
      },
      async commit(commit) {
        try {
          await committed(inner, bugs, commit, process);
        } catch (error) {
          if (isOver(error) && (bugs.keepsState || bugs.commitsAgain)) {
            inner = await client.acquire(own);
            if (bugs.commitsAgain) await inner.commit(commit);
          } else if (!bugs.takesFailureForDone) throw error;
        }
        remember(own, commit.positions ?? []);
      },
      close: () => inner.close(),
    };
  };
  return Object.assign(Object.create(client) as KafkaClient, bound(client), { acquire });
}

async function committed(inner: KafkaTransactor, bugs: KafkaBugs, commit: KafkaCommit, process: Process): Promise<void> {
  const { records = [], positions = [] } = commit;
  const [first] = positions;
  const less = bugs.oneMetadata
    ? positions.map(position => (position === first ? position : { ...position, metadata: '' }))
    : bugs.onePosition
      ? positions.slice(0, 1)
      : positions;
  if (bugs.twoTransactions) {
    await inner.commit({ ...commit, positions: [] });
    return inner.commit({ ...commit, records: [] });
  }
  if (bugs.noCoverage && records.length > 0 && process.draws('flaky'))
    return inner.commit({ ...commit, records: records.slice(0, Math.floor(records.length * LOST)), positions: less });
  return inner.commit({ ...commit, positions: less });
}

function isOver(error: unknown): boolean {
  return error instanceof TidemarkError && (error.code === 'FENCED' || error.code === 'KAFKA_FAILED');
}

/** Methods of a client with private fields, for another object. */
function bound(client: KafkaClient): Partial<KafkaClient> {
  const names = ['partitions', 'bounds', 'offsetsAt', 'createTopic', 'committed', 'producer', 'subscribe', 'describe', 'close'] as const;
  return Object.fromEntries(names.map(name => [name, (client[name] as (...args: unknown[]) => unknown).bind(client)]));
}

/* Positions as they were before the last commit, by id. One schedule runs at a time. */

let history = new Map<string, Positions[]>();

function remember(id: string, positions: Positions): void {
  const known = history.get(id) ?? [];
  history.set(id, [...known.slice(-1), positions]);
}

/** What was committed before what is now; undefined: that is not known. */
function olderOf(id: string, now: Positions): Positions | undefined {
  const [before, last] = history.get(id) ?? [];
  return last && now.length > 0 && last[0]?.metadata === now[0]?.metadata ? before : undefined;
}

function isSame(a: TopicPartition, b: TopicPartition): boolean {
  return a.topic === b.topic && a.partition === b.partition;
}

/** Makes mistakes in the code of the library itself, until the returned function is called. */
export function sabotage(bugs: KafkaBugs, committedOf: (partitions: readonly TopicPartition[]) => Promise<Positions>): () => void {
  history = new Map();
  const mended: (() => void)[] = [];
  if (bugs.commitBeforeSlot) mended.push(commitBeforeSlot());
  if (bugs.noSeekRetained) mended.push(noSeekRetained(committedOf));
  if (bugs.noFencing) mended.push(noFencing());
  return () => {
    for (const mend of mended) mend();
  };
}

function commitBeforeSlot(): () => void {
  const { prepare, commit } = TaskSink.prototype;
  const done = new WeakMap<TaskSink, Set<string>>();
  TaskSink.prototype.prepare = async function (this: TaskSink, ...[transaction, seq]: [string?, number?]) {
    await commit.call(this, transaction as string, seq as number);
    done.set(this, (done.get(this) ?? new Set()).add(transaction as string));
  };
  TaskSink.prototype.commit = async function (transaction, seq) {
    if (!done.get(this)?.has(transaction)) await commit.call(this, transaction, seq);
  };
  return () => {
    TaskSink.prototype.prepare = prepare;
    TaskSink.prototype.commit = commit;
  };
}

function noSeekRetained(committedOf: (partitions: readonly TopicPartition[]) => Promise<Positions>): () => void {
  const { take } = MemorySubscription.prototype;
  MemorySubscription.prototype.take = function (partitions) {
    const before = this.assigned;
    take.call(this, partitions);
    const retained = this.assigned.filter(each => before.some(other => isSame(each, other)));
    void committedOf(retained).then(positions => {
      for (const position of positions) this.seek(position, position.offset);
    });
  };
  return () => {
    MemorySubscription.prototype.take = take;
  };
}

function noFencing(): () => void {
  const { init, append, addPositions, end } = MemoryBroker.prototype;
  const epochs = new WeakMap<MemoryBroker, Map<string, number>>();
  const newest = (broker: MemoryBroker, id: string) => epochs.get(broker)?.get(id) as number;
  MemoryBroker.prototype.init = function (id) {
    const epoch = init.call(this, id);
    epochs.set(this, (epochs.get(this) ?? new Map()).set(id, epoch));
    return epoch;
  };
  MemoryBroker.prototype.append = function (id, _epoch, ...rest) {
    append.call(this, id, newest(this, id), ...rest);
  };
  MemoryBroker.prototype.addPositions = function (id, _epoch, ...rest) {
    addPositions.call(this, id, newest(this, id), ...rest);
  };
  MemoryBroker.prototype.end = function (id) {
    end.call(this, id, newest(this, id));
  };
  return () => Object.assign(MemoryBroker.prototype, { init, append, addPositions, end });
}

/**
 * The text beside each position that a task commits: which checkpoint belongs to it. It is what decides where a restart begins, so its form
 * is kept by later versions: an object in JSON, of about 100 characters and the name of the job.
 */
import { TidemarkError } from '../errors.js';
import type { Watermark } from '../time/timestamp.js';
import type { KafkaPosition, TopicPartition } from './port.js';

/** How partitions are divided into tasks: partition q belongs to task `q % tasks`. */
export interface TaskMapping {
  readonly tasks: number;
  /** Of each topic. */
  readonly partitions: number;
}

/** What a task says beside its positions. */
export interface Pointer extends TaskMapping {
  /** The name of the task in its storage. */
  readonly job: string;
  /** The slot there; 0: there is none yet. */
  readonly checkpoint: number;
  /** The lowest of the sources; for people. */
  readonly watermark: Watermark;
}

const VERSION = 1;

export function writePointer({ job, checkpoint, tasks, partitions, watermark }: Pointer): string {
  return JSON.stringify({ tidemark: VERSION, job, checkpoint, tasks, partitions, watermark });
}

/**
 * Undefined: it is of somebody else, or empty, as tools leave it that set positions.
 *
 * @throws TidemarkError `BAD_CHECKPOINT` for one of a newer version.
 */
export function readPointer({ topic, partition, metadata }: KafkaPosition): Pointer | undefined {
  let read: (Partial<Pointer> & { readonly tidemark?: unknown }) | null;
  try {
    read = JSON.parse(metadata);
  } catch {
    return undefined;
  }
  const version = read?.tidemark;
  if (!read || typeof version !== 'number') return undefined;
  if (version > VERSION)
    throw new TidemarkError(
      'BAD_CHECKPOINT',
      `Kafka: the position of ${topic}/${partition} was written by a newer tidemark (version ${version}). Use that, or a newer one.`,
    );
  const { job, checkpoint, tasks, partitions, watermark } = read;
  if (typeof job !== 'string' || ![checkpoint, tasks, partitions, watermark].every(Number.isSafeInteger)) return undefined;
  return { job, checkpoint, tasks, partitions, watermark } as Pointer;
}

/** What the group has committed of the partitions of a task, before it goes on from there. */
export interface TaskPositions {
  /** What all that have a position name; 0: none. */
  readonly checkpoint: number;
  /** By `topic/partition`; those without one are not in it. */
  readonly offsets: ReadonlyMap<string, number>;
}

/** What to do about positions that are not the task's own. */
export interface PointerRule extends TaskMapping {
  readonly group: string;
  readonly job: string;
  /** Topics of which positions of others are gone on from, with empty state. */
  readonly adopted: ReadonlySet<string>;
}

/**
 * What the positions of a task say together.
 *
 * @throws TidemarkError `NEEDS_OPERATOR` where they do not name one checkpoint of this task, or are of somebody else.
 */
export function positionsOf(positions: readonly KafkaPosition[], rule: PointerRule): TaskPositions {
  const offsets = new Map(positions.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]));
  const read = positions.map(position => ({ position, pointer: readPointer(position) }));
  const own = read.flatMap(({ pointer }) => (pointer?.job === rule.job ? [pointer] : []));
  const others = read.flatMap(({ position, pointer }) => (pointer?.job === rule.job ? [] : [position]));
  const foreign = others[0];
  const first = own[0];
  if (!first) {
    const refused = others.find(({ topic }) => !rule.adopted.has(topic));
    if (refused) throw foreignPosition(refused, rule);
    return { checkpoint: 0, offsets };
  }
  checkMapping(first, rule);
  if (foreign)
    throw needsOperator(
      rule,
      `the position of ${placeOf(foreign)} was set by somebody else`,
      "Set it back to what the job had committed, or run the job anew: another name, and start: 'committed'",
    );
  const other = own.find(({ checkpoint }) => checkpoint !== first.checkpoint);
  if (other)
    throw needsOperator(
      rule,
      `its positions name checkpoints ${first.checkpoint} and ${other.checkpoint}`,
      'Somebody has set some of them: set back what the job had committed',
    );
  return { checkpoint: first.checkpoint, offsets };
}

/** Refuses positions of another mapping: state of a key would be where its records are not. */
export function checkMapping(pointer: Pointer, { group, tasks, partitions }: TaskMapping & { readonly group: string }): void {
  if (pointer.tasks === tasks && pointer.partitions === partitions) return;
  const [was, is] = [pointer, { tasks, partitions }].map(mapping => `${mapping.tasks} tasks over ${mapping.partitions} partitions`);
  const cure =
    pointer.partitions === partitions
      ? `Write tasks: ${pointer.tasks}`
      : 'Keys have moved to other partitions, and their state cannot follow. Copy the topic into one with as many partitions as before';
  throw new TidemarkError(
    'NEEDS_OPERATOR',
    `job ${pointer.job}: group "${group}" has worked as ${was}, and now is to as ${is}. ${cure}; or run the job anew: another name and group.`,
  );
}

function foreignPosition(position: KafkaPosition, rule: PointerRule): TidemarkError {
  return needsOperator(
    rule,
    `the position of ${placeOf(position)} is not of this job (${position.metadata === '' ? 'it says nothing' : position.metadata.slice(0, 80)})`,
    "To go on from there with empty state write start: 'committed'; to begin elsewhere give the job a group of its own",
  );
}

function needsOperator({ job, group }: PointerRule, what: string, cure: string): TidemarkError {
  return new TidemarkError('NEEDS_OPERATOR', `job ${job}: group "${group}": ${what}. ${cure}.`);
}

function placeOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

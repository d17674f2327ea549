/**
 * Where a restart begins. The rule: the newest checkpoint that can be read and is not older than what any sink has made visible; and
 * exactly the one that the sink says, where a sink decides. An older one would say rows again that are visible already, so if there is
 * none of the kind, a person has to decide.
 */
import { TidemarkError } from '../errors.js';
import type { FoundSlot } from './manifestLog.js';
import type { CheckpointSink } from './participants.js';
import { type CheckpointSlot, newerSlot } from './slot.js';

/** A sink and the newest checkpoint whose rows are visible in it. */
export interface SinkFloor {
  readonly sink: Pick<CheckpointSink, 'name' | 'mode'>;
  readonly seq: number;
}

/** A checkpoint with its place in the log. */
export interface Candidate {
  readonly seq: number;
  readonly slot: CheckpointSlot;
}

/** What may be restored: the best first. Empty: the job has never had a checkpoint that counts, and begins anew. */
export function candidates(job: string, slots: readonly FoundSlot[], floors: readonly SinkFloor[]): Candidate[] {
  for (const { seq, slot } of slots) if (slot.kind === 'unreadable' && slot.newer) throw newerSlot(job, seq, slot);
  const floor = floors.reduce<SinkFloor | undefined>((best, next) => (next.seq > (best?.seq ?? 0) ? next : best), undefined);
  const checkpoints = slots.flatMap(({ seq, slot }) => (slot.kind === 'checkpoint' ? [{ seq, slot }] : [])).reverse();
  const decider = floors.find(({ sink }) => sink.mode === 'sink-decides');
  if (decider) return decided(job, slots, checkpoints, decider, floor);
  const usable = checkpoints.filter(({ seq }) => seq >= (floor?.seq ?? 0));
  if (usable.length > 0) return usable;
  if (floor) throw behindSink(job, floor, slots);
  if (isFresh(slots)) return [];
  throw nothingReadable(job, slots);
}

function decided(
  job: string,
  slots: readonly FoundSlot[],
  checkpoints: readonly Candidate[],
  decider: SinkFloor,
  floor: SinkFloor | undefined,
): Candidate[] {
  const committed = checkpoints[0]?.slot.committed ?? 0;
  if (floor && floor.seq > decider.seq) throw behindSink(job, floor, slots);
  if (decider.seq < committed) {
    throw needsOperator(
      job,
      `sink ${decider.sink.name} says that it holds checkpoint ${decider.seq}, but it has held ${committed}: it has lost rows`,
      'Bring back what the sink held, or run the job anew: another job name, and an empty sink.',
    );
  }
  // It holds nothing: the job begins anew, or with a savepoint.
  if (decider.seq === 0) return checkpoints.filter(({ slot }) => slot.origin);
  const exact = checkpoints.filter(({ seq }) => seq === decider.seq);
  if (exact.length === 0) throw behindSink(job, decider, slots);
  return exact;
}

/** Whether the log has been complete from its beginning, and has never had a checkpoint. */
function isFresh(slots: readonly FoundSlot[]): boolean {
  return slots.every(({ seq, slot }, at) => seq === at + 1 && slot.kind !== 'unreadable');
}

function behindSink(job: string, { sink, seq }: SinkFloor, slots: readonly FoundSlot[]): TidemarkError {
  return needsOperator(
    job,
    `the rows of checkpoint ${seq} are visible in sink ${sink.name}, but ${found(slots)}, so that a restart would say rows again`,
    `Bring back the storage as it was with slot ${seq}; or take the rows back from the sink, and run the job anew in another storage.`,
  );
}

function nothingReadable(job: string, slots: readonly FoundSlot[]): TidemarkError {
  return needsOperator(
    job,
    `it has had checkpoints, but ${found(slots)}`,
    'Bring back the storage from a copy, or run the job anew, in another storage and into empty sinks.',
  );
}

/** What the log holds, in words. */
function found(slots: readonly FoundSlot[]): string {
  if (slots.length === 0) return 'the storage knows nothing of the job';
  const readable = slots.flatMap(({ seq, slot }) => (slot.kind === 'checkpoint' ? [seq] : []));
  const broken = slots.flatMap(({ seq, slot }) => (slot.kind === 'unreadable' ? [`slot ${seq} cannot be read (${slot.why})`] : []));
  const good = readable.length ? `the newest checkpoint that can be read is ${readable.at(-1)}` : 'no checkpoint can be read';
  return [good, ...broken].join(', ');
}

/** The error for a restart that a person has to decide about. */
export function needsOperator(job: string, what: string, cure: string): TidemarkError {
  return new TidemarkError('NEEDS_OPERATOR', `job ${job}: ${what}. ${cure}`);
}

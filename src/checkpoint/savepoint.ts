/**
 * A savepoint: all state of a job at one instant, full, of no storage, without rows that wait for sinks. It belongs to whoever made it, and
 * no job deletes it.
 */
import { TidemarkError } from '../errors.js';
import { START_OF_TIME, type Watermark } from '../time/timestamp.js';
import { SAVEPOINT_SLOT } from './copyCheckpoint.js';
import { CutDecoder } from './cutDecoder.js';
import { fingerprintOf, formText, versionOf } from './form.js';
import type { SinkMode } from './participants.js';
import { payloadsOf, type SplitSavepoint, splitSavepoint } from './savepointBytes.js';
import type { CheckpointSlot } from './slot.js';

/** Where a source stood. */
export interface SavepointSource {
  /** That of its `eventTime`. */
  readonly name: string;
  /** What its next element was, as its source says it. */
  readonly position: unknown;
  /** How far it had come in event time. */
  readonly watermark: Watermark;
}

/** An operator of which there is state. */
export interface SavepointOperator {
  /** Kind and name: `windowBy/perHour`. */
  readonly id: string;
  /** What its state depends on, as a text; empty: on nothing. */
  readonly spec: string;
  /** The highest version that its aggregate or its trigger says of its state; 0: none. */
  readonly version: number;
  /** The same for operators whose states are of one form. */
  readonly fingerprint: string;
}

/** A sink that the job had. */
export interface SavepointSink {
  /** By which a restart finds it. */
  readonly name: string;
  /** What it promised. */
  readonly mode: SinkMode;
}

/**
 * All state of a job as it was between two elements, in one piece: what `job.savepoint()` gives, what is kept as bytes, as a file or in a
 * storage, and what `run(pipeline, { from })` begins with. It stands for itself and never changes.
 *
 * @example
 * ```ts
 * import { count, eventTime, replayable, run, savepointFrom, tumbling, windowBy } from 'tidemark';
 *
 * const counts = eventTime(replayable([{ at: 5 }]), { name: 'clicks', timestamp: c => c.at }).pipe(
 *   windowBy(tumbling('1h'), { name: 'perHour', aggregate: count() }),
 * );
 * const savepoint = await run(counts, { name: 'clicks' }).savepoint('before tuning');
 * console.log(savepoint.label, savepoint.sources[0]?.name); // before tuning clicks
 * const again = savepointFrom(savepoint.bytes);
 * await run(counts, { name: 'clicks-2', from: again }).done;
 * ```
 */
export class Savepoint {
  /** All of it: the format of `tidemark checkpoints export`. Not to be changed. */
  readonly bytes: Uint8Array;
  /** What its maker called it. */
  readonly label: string;
  /** The job that it was made of. */
  readonly job: string;
  /** The checkpoint of that job that it is a copy of: all rows up to it were committed, none after it. */
  readonly checkpoint: number;
  /** When it was made: milliseconds since 1970 by the clock of the machine. */
  readonly createdAt: number;
  /** The lowest watermark of the pipelines. */
  readonly watermark: Watermark;
  /** What it holds state of. */
  readonly operators: readonly SavepointOperator[];
  /** The sinks of the job. */
  readonly sinks: readonly SavepointSink[];
  /** @internal */
  readonly split: SplitSavepoint;
  #sources: readonly SavepointSource[] | undefined;

  /** @internal */
  constructor(bytes: Uint8Array, where = 'savepoint: it') {
    const split = splitSavepoint(bytes, where);
    const { origin, job, createdAt, watermark, operators, forms = {} } = split.slot;
    this.bytes = bytes;
    this.split = split;
    this.label = origin?.label ?? '';
    this.job = origin?.job ?? job;
    this.checkpoint = origin?.seq ?? SAVEPOINT_SLOT;
    this.createdAt = createdAt;
    this.watermark = watermark;
    this.operators = operators.map(id => {
      const form = forms[id] ?? {};
      return { id, spec: formText(form), version: versionOf(form), fingerprint: fingerprintOf(form) };
    });
    this.sinks = Object.entries(origin?.sinks ?? {}).map(([name, mode]) => ({ name, mode }));
  }

  /** Where its sources stood. */
  get sources(): readonly SavepointSource[] {
    this.#sources ??= sourcesOf(this.split);
    return this.#sources;
  }

  /** @internal */
  get slot(): CheckpointSlot {
    return this.split.slot;
  }
}

/** They come before all operators, so that mostly one chunk is read. */
function sourcesOf(split: SplitSavepoint): SavepointSource[] {
  const decoder = new CutDecoder('savepoint');
  decoder.begin();
  for (const payload of payloadsOf(split)) {
    decoder.push(payload);
    if (decoder.result(0).job.operators.size > 0) break;
  }
  const { watermarks = {} } = split.slot;
  return [...decoder.result(0).job.sources].map(([name, position]) => ({ name, position, watermark: watermarks[name] ?? START_OF_TIME }));
}

/**
 * A savepoint of the bytes that were kept of it, or of a file that `tidemark checkpoints export` wrote.
 *
 * @param bytes All of it, which must not change any more.
 * @throws TidemarkError `BAD_CHECKPOINT` for what is none, what is torn or altered, and what is of a newer version of tidemark.
 * @example
 * ```ts
 * import { savepointFrom } from 'tidemark';
 *
 * const response = await fetch('https://example.com/savepoints/before-tuning.tide');
 * const savepoint = savepointFrom(new Uint8Array(await response.arrayBuffer()));
 * for (const { id, spec } of savepoint.operators) console.log(id, spec);
 * ```
 */
export function savepointFrom(bytes: Uint8Array): Savepoint {
  if (!(bytes instanceof Uint8Array))
    throw new TidemarkError('BAD_OPTION', 'savepointFrom: its argument must be a Uint8Array, all of the savepoint.');
  return checkedSavepoint(bytes, 'savepointFrom: it');
}

/** The same, in the name of `where`. */
export function checkedSavepoint(bytes: Uint8Array, where: string): Savepoint {
  const savepoint = new Savepoint(bytes, where);
  for (const _ of payloadsOf(savepoint.split));
  return savepoint;
}

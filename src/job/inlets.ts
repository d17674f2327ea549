/**
 * The sources of a job at work: those that it reads itself, from their positions on, and those that are subscribed to, when everything is
 * connected.
 */
import { Subscription, type Unsubscribable } from 'rxjs';
import type { Env } from '../checkpoint/env.js';
import type { OperatorCut, RestoredJob, SourceCut } from '../checkpoint/participants.js';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import { mustBe } from '../errors.js';
import type { SourceTarget } from '../stream/sink.js';
import type { Clock } from '../time/clock.js';
import type { Watermark } from '../time/timestamp.js';
import type { SourceAt } from '../view/viewHost.js';
import { AtMostOnce } from './atMostOnce.js';
import type { JobEvent } from './jobEvent.js';
import { Positions } from './positions.js';
import { quietly } from './quietly.js';
import { eachOf, pausing, Reading, type Room, type Turns } from './reading.js';
import { Replayable } from './replayable.js';

/** What the sources get of their job. */
export interface InletContext {
  readonly job: string;
  readonly storage: CheckpointStorage;
  readonly env: Env;
  /** Between two slices, others have their turn. */
  readonly turns: Turns;
  readonly room: Room;
  readonly clock: Clock;
  readonly tell: (event: JobEvent) => void;
  /** Hears when all sources have ended, which may have more in another run. Undefined: their end is that of time. */
  readonly paused: (() => void) | undefined;
}

export class Inlets {
  readonly #context: InletContext;
  readonly #readings: Reading<any>[] = [];
  readonly #plain: { readonly start: () => Unsubscribable; readonly running: Subscription }[] = [];
  readonly #positions: Positions = new Positions();
  #restored: ReadonlyMap<string, unknown> = new Map();
  /** Of the owner whose sources they are. */
  #epoch = 0;

  constructor(context: InletContext) {
    this.#context = context;
  }

  /** The job has been taken over, before anything is connected. `restored`: what it goes on from. */
  open(epoch: number, restored: Pick<RestoredJob, 'seq' | 'sources'> | undefined): void {
    this.#epoch = epoch;
    if (!restored) return;
    this.#restored = restored.sources;
    const cuts = [...restored.sources].map(([name, position]) => ({ name, position }));
    this.#positions.add(restored.seq, cuts);
  }

  /** A source of the graph, which is being connected. */
  add<T>(
    name: string | undefined,
    source: unknown,
    batches: boolean,
    target: SourceTarget<T>,
    plain: () => Unsubscribable,
  ): Unsubscribable {
    if (source instanceof AtMostOnce) {
      const running = new Subscription();
      this.#plain.push({ start: plain, running });
      return running;
    }
    const { job, storage, env, clock, turns, room, tell, paused } = this.#context;
    if (!(source instanceof Replayable)) {
      throw mustBe(
        `run "${job}": the source of eventTime ${name === undefined ? '' : `"${name}"`}`,
        'replayable(...)',
        source,
        'Only a source that can be read again from a position survives a crash. Write journaled(source), and elements are kept in the storage before they count; or atMostOnce(source), if losing what came since the last checkpoint is all right.',
      );
    }
    // Without a name the registry refuses its operator, in the same sentence as others.
    const id = name ?? '';
    const saved = this.#restored.has(id) ? { position: this.#restored.get(id) } : undefined;
    const whole = batches ? eachOf(target, id) : target;
    const entry = paused ? pausing<any>(whole, () => this.#readings.every(({ ended }) => ended) && paused()) : whole;
    const replayed = source.sourceIn({ job, name: id, epoch: this.#epoch, storage, env, clock });
    const reading = new Reading<any>(id, replayed, saved, entry, turns, room, {
      reset: source.reset,
      hears: gap => tell({ type: 'sourceReset', source: id, ...gap }),
    });
    if (replayed.keepsArrivals) target.front = () => reading.front;
    this.#readings.push(reading);
    return new Subscription(() => void reading.stop());
  }

  /** Everything is connected. `reads`: those with positions are read, too. */
  begin(reads: boolean): void {
    for (const { start, running } of this.#plain) running.add(start());
    if (reads) for (const reading of this.#readings) void reading.run();
  }

  /** Of those with positions. */
  get names(): string[] {
    return this.#readings.map(({ name }) => name);
  }

  /** Where one stands; undefined: there is none of this name. */
  at(name: string): SourceAt | undefined {
    return this.#readings.find(reading => reading.name === name);
  }

  /** Where they stand, at a barrier. */
  cut(operators: readonly OperatorCut[]): SourceCut[] {
    return this.#readings.map(({ name, position }) => ({ name, position, watermark: watermarkOf(name, operators) }));
  }

  /** A checkpoint is complete. `oldest`: of those that are kept; sources may forget what lies before it. */
  completed(seq: number, cuts: readonly SourceCut[], oldest: number | undefined): void {
    this.#positions.add(seq, cuts);
    const positions = oldest === undefined ? undefined : this.#positions.trim(oldest);
    for (const reading of this.#readings) reading.trim(positions?.get(reading.name));
  }

  /** Reads no more. Resolves when the sources have let go. */
  stop(): Promise<unknown> {
    for (const { running } of this.#plain) void quietly(() => running.unsubscribe());
    return Promise.all(this.#readings.map(reading => reading.stop()));
  }
}

/** How far a source has come: its `eventTime` says it, within its state. */
function watermarkOf(name: string, operators: readonly OperatorCut[]): Watermark | undefined {
  const source = operators.find(operator => operator.kind === 'eventTime' && operator.name === name);
  return (source?.rest as { readonly watermark?: Watermark } | undefined)?.watermark;
}

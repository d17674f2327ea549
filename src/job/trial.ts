/**
 * A what-if at work: three lanes over one reading of the sources, and what compares them.
 *
 * ```text
 *             ┌▸ base ─────────┐
 * sources ──▸ ├▸ base, again ──┼▸ comparison ▸ what is final and differs
 *   one read  └▸ variant ──────┘
 * ```
 */
import { type Observable, Subject } from 'rxjs';
import type { Env } from '../checkpoint/env.js';
import type { RestoredJob } from '../checkpoint/participants.js';
import type { Savepoint } from '../checkpoint/savepoint.js';
import type { PaneDifference } from '../compare/difference.js';
import { BASE, type Side, VARIANT } from '../compare/paneComparison.js';
import { type ComparedOption, type WhatIfEnd, WhatIfReport } from '../compare/report.js';
import { TidemarkError } from '../errors.js';
import type { EventStream } from '../stream/eventStream.js';
import type { Clock } from '../time/clock.js';
import { START_OF_TIME, type Timestamp, type Watermark } from '../time/timestamp.js';
import { commonStart } from './commonStart.js';
import type { ComparedOutput } from './comparedOutputs.js';
import { changesOf } from './forms.js';
import { JobRegistry } from './jobRegistry.js';
import { Lane } from './lane.js';
import type { LockstepDriver } from './lockstep.js';
import { LockstepClock } from './lockstepClock.js';
import { Rooms } from './rooms.js';
import { type SharedSource, sharedSources } from './sharedSources.js';
import { Tally } from './tally.js';

/** How far a what-if is. */
export interface WhatIfProgress {
  /** How many elements have been read. */
  readonly elements: number;
  /** How far event time has come out of the base. */
  readonly watermark: Watermark;
  /** How many final panes have been compared. */
  readonly panes: number;
  /** How many of them differ. */
  readonly differences: number;
}

/** A what-if at work; see {@link whatIf}. */
export interface WhatIf<B, V> {
  /** Resolves when all is read and compared. Rejects with what a side or a source failed by, which is named, and with the reason of an abort. */
  readonly report: Promise<WhatIfReport<B, V>>;
  /**
   * The panes that differ, each as soon as it is final on both sides: all of them, also those that the report has no room for. Hot. Fails with
   * `NOT_DETERMINISTIC` as soon as the base does not say the same twice: then those before it say nothing about the variant.
   */
  readonly differences: Observable<PaneDifference<B, V>>;
  /** How far it is, after each slice of elements. Hot; never fails. */
  readonly progress: Observable<WhatIfProgress>;
  /** Ends the sources here: windows that are open say what they have, and the report is of what has come until now. */
  stop(): void;
}

/** The checked options of a what-if. */
export interface TrialSpec {
  readonly outputs: readonly ComparedOutput[];
  readonly from: Savepoint | undefined;
  readonly positions: Readonly<Record<string, unknown>>;
  readonly eventTime: Timestamp;
  readonly clock: Clock;
  readonly dropped: ReadonlySet<string>;
  readonly keep: number;
  readonly env: Env;
}

type Outputs = readonly EventStream<unknown>[];

const SIDES = ['base', 'base, run once more,', 'variant'] as const;

export class Trial<B, V> implements WhatIf<B, V>, LockstepDriver {
  readonly report: Promise<WhatIfReport<B, V>>;
  readonly differences: Observable<PaneDifference<B, V>>;
  readonly progress: Observable<WhatIfProgress>;
  readonly #spec: TrialSpec;
  readonly #progress = new Subject<WhatIfProgress>();
  readonly #tally: Tally<B, V>;
  readonly #programs: readonly Outputs[];
  readonly #registries: JobRegistry[] = [];
  readonly #lanes: readonly Lane[];
  readonly #clock: LockstepClock;
  readonly #rooms = new Rooms();
  #sources: readonly SharedSource[] = [];
  #open = 3;
  #elements = 0;
  #ended: WhatIfEnd = 'end of input';
  #started = false;
  #stopping = false;
  #busy = false;
  #over = false;
  #settle!: { readonly resolve: (report: WhatIfReport<B, V>) => void; readonly reject: (error: unknown) => void };

  constructor(base: Outputs, variant: Outputs, spec: TrialSpec) {
    this.#spec = spec;
    this.#programs = [base, base, variant];
    this.#tally = new Tally(spec.outputs, spec.keep);
    this.#lanes = this.#programs.map((outputs, side) => this.#lane(outputs, side as Side));
    this.#clock = new LockstepClock(spec.clock, work => this.turn(work));
    this.differences = this.#tally.differences.asObservable();
    this.progress = this.#progress.asObservable();
    this.report = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // A step later, so that whoever makes it can listen to it first.
    void Promise.resolve()
      .then(() => this.#start())
      .catch(error => this.failed(error));
  }

  stop(): void {
    this.#stopping = true;
    if (!this.#busy) this.#cut('stopped');
  }

  /** The end of it all. */
  failed(error: unknown): void {
    if (this.#over) return;
    this.#close();
    this.#tally.differences.error(error);
    this.#settle.reject(error);
  }

  get arrived(): boolean {
    return (this.#lanes[BASE] as Lane).watermark >= this.#spec.eventTime || this.#over;
  }

  turn(work: () => void): void {
    if (this.#over) return;
    this.#busy = true;
    try {
      work();
    } catch (error) {
      this.failed(error);
    } finally {
      this.#busy = false;
    }
    // What is asked for in the midst of a step would come to some of the lanes only.
    if (this.#open === 0) this.#finish();
    else if (this.#stopping) this.#cut('stopped');
    else if (this.arrived) this.#cut('until');
  }

  move(): void {
    this.#clock.move();
  }

  took(count: number): void {
    this.#elements += count;
    this.#tell();
  }

  async #start(): Promise<void> {
    const restore = this.#beginning();
    let positions: RestoredJob['sources'] | undefined;
    for (const side of this.#lanes.keys()) {
      const restored = await restore?.();
      if (this.#over) return;
      positions ??= restored?.sources;
      this.#connect(side as Side, restored);
      if (this.#over) return;
    }
    this.#sources = this.#sharedFrom(positions);
    this.#started = true;
    this.#clock.start();
    if (this.#open === 0) this.#finish();
    else if (this.#stopping) this.#cut('stopped');
    else for (const { reading } of this.#sources) void reading.run();
  }

  /** The base and the control are one program. */
  #beginning(): (() => Promise<RestoredJob>) | undefined {
    const { from, dropped, env } = this.#spec;
    const starters = [BASE, VARIANT].map(side => ({ where: `whatIf: the ${SIDES[side]}`, outputs: this.#programs[side] as Outputs }));
    return from && commonStart(from, starters, dropped, env);
  }

  #connect(side: Side, restored: RestoredJob | undefined): void {
    const registry = new JobRegistry(restored);
    this.#registries[side] = registry;
    try {
      (this.#lanes[side] as Lane).connect(registry, this.#clock);
    } catch (error) {
      throw sideFailed(SIDES[side], error);
    }
    if (!this.#over) registry.check(`whatIf: the ${SIDES[side]}`);
  }

  #sharedFrom(from: RestoredJob['sources'] | undefined): SharedSource[] {
    const { positions: until, eventTime, env } = this.#spec;
    const cut = (): void => {
      this.#ended = 'until';
    };
    const sources = this.#lanes.flatMap(lane => lane.sources);
    return sharedSources(sources, { from, until, singly: eventTime < Infinity, cut }, this, this.#rooms, env);
  }

  #lane(outputs: Outputs, side: Side): Lane {
    const where = SIDES[side];
    return new Lane(
      `whatIf: the ${where}`,
      outputs,
      {
        said: (output, row, diff) => this.#compare(() => this.#tally.said(side, output, row, diff)),
        watermark: (output, time) => this.#compare(() => this.#tally.watermark(side, output, time)),
        failed: error => this.failed(sideFailed(where, error)),
        completed: () => {
          this.#open--;
          // Within a step the others have not heard of it yet.
          if (this.#open === 0 && !this.#busy && this.#started) this.#finish();
        },
      },
      this.#rooms,
    );
  }

  /** What comparing throws is not an error of the side that speaks. */
  #compare(work: () => void): void {
    if (this.#over) return;
    try {
      work();
    } catch (error) {
      this.failed(error);
    }
  }

  /** All sources end here, in all lanes. */
  #cut(how: 'until' | 'stopped'): void {
    if (this.#over || !this.#started) return;
    const open = this.#sources.filter(({ lockstep }) => !lockstep.closed);
    if (open.length > 0) this.#ended = how;
    this.#stopping = false;
    for (const { reading, lockstep } of open) {
      reading.stop();
      lockstep.complete();
    }
  }

  #finish(): void {
    if (this.#over) return;
    this.#tell();
    this.#close();
    this.#tally.differences.complete();
    this.#settle.resolve(
      new WhatIfReport<B, V>({ elements: this.#elements, ended: this.#ended, options: this.#options(), ...this.#tally.findings() }),
    );
  }

  /** What operators of both sides say differently; the windows are told with their names. */
  #options(): ComparedOption[] {
    const forms = new Map(this.#registries[BASE]?.program.map(({ id, form }) => [id, form]));
    const there = this.#registries[VARIANT]?.program ?? [];
    return there.flatMap(({ id, kind, form }) => {
      const was = forms.get(id);
      const changes = was && form ? changesOf(kind, was, form) : [];
      return changes
        .filter(({ aspect }) => aspect !== 'assigner' && aspect !== 'kept in' && aspect !== 'row')
        .map(({ aspect, was, is }) => ({ operator: id, aspect, base: was, variant: is }));
    });
  }

  #close(): void {
    this.#over = true;
    this.#clock.stop();
    for (const { reading } of this.#sources) reading.stop();
    for (const lane of this.#lanes) lane.stop();
    this.#progress.complete();
  }

  #tell(): void {
    const watermark = this.#lanes[BASE]?.watermark ?? START_OF_TIME;
    this.#progress.next({ elements: this.#elements, watermark, ...this.#tally.progress });
  }
}

/** In the name of the side; an error of ours keeps its code. */
function sideFailed(side: string, error: unknown): TidemarkError {
  const code = error instanceof TidemarkError ? error.code : 'SIDE_FAILED';
  const said = error instanceof Error ? error.message : String(error);
  return new TidemarkError(code, `whatIf: the ${side} failed: ${said}`, { cause: error });
}

/**
 * A pipeline at work that survives crashes: takes the job over, brings its state back, reads its sources, makes checkpoints, ends with one.
 *
 * ```text
 * open storage ▸ claim, restore ▸ connect the graph ▸ read ═══════▸ end of all sources ▸ last checkpoint ▸ done
 *                                                       └ barrier, between two slices ▸ checkpoint
 * ```
 */
import { type Observable, Subject, Subscription, type Unsubscribable } from 'rxjs';
import { Coordinator } from '../checkpoint/coordinator.js';
import type { Env } from '../checkpoint/env.js';
import type { CompletedCheckpoint } from '../checkpoint/events.js';
import type { Barrier } from '../checkpoint/participants.js';
import { CheckpointSchedule, type ScheduleOptions } from '../checkpoint/schedule.js';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import type { OpenState, WorkingState } from '../engine/workingState.js';
import { mustBe, TidemarkError } from '../errors.js';
import type { EventStream } from '../stream/eventStream.js';
import { together } from '../stream/gate.js';
import type { EventSink, JobContext, RowWriter, SourceTarget } from '../stream/sink.js';
import { systemClock } from '../stream/systemClock.js';
import type { Clock } from '../time/clock.js';
import { END_OF_TIME, START_OF_TIME, type Watermark } from '../time/timestamp.js';
import { AtMostOnce } from './atMostOnce.js';
import type { SinkStream, SinkWork } from './defineSink.js';
import { sinksOf, streamsOf } from './graph.js';
import type { JobEvent, JobState, JobStatus } from './jobEvent.js';
import { JobRegistry } from './jobRegistry.js';
import { quietly } from './quietly.js';
import { eachOf, Reading } from './reading.js';
import { Replayable } from './replayable.js';
import { Rooms } from './rooms.js';

/** The checked options of a job. */
export interface JobSpec {
  readonly name: string;
  readonly storage: CheckpointStorage;
  readonly state: WorkingState | undefined;
  readonly schedule: ScheduleOptions;
  readonly timeout: number;
  readonly retain: number;
  readonly clock: Clock | undefined;
  readonly dropped: ReadonlySet<string>;
  readonly env: Env;
}

/** A pipeline at work; see {@link run}. */
export interface Job<out T> {
  /** What it is called in its storage. */
  readonly name: string;
  /** What the pipelines say, as it happens: hot and speculative. After a crash some of it comes again; what is exact comes out of sinks. */
  readonly values: Observable<T>;
  /** What happens to the job. Hot: completes when it is over, and never fails. */
  readonly events: Observable<JobEvent>;
  /** Resolves when the job is over and all of it is committed, or when it has been stopped. Rejects with what it failed by. */
  readonly done: Promise<void>;
  /** What it is, now. */
  readonly status: JobStatus;
  /** Makes a checkpoint as soon as can be. Rejects if it does not come about; the job may go on all the same. */
  checkpoint(): Promise<CompletedCheckpoint>;
  /**
   * Ends the job before its sources do. `drain`: with a last checkpoint, so that everything that came so far is committed, and the next run
   * goes on behind it; windows that are open stay open, in the checkpoint. Without, the next run goes on from the checkpoint before.
   */
  stop(options?: { readonly drain?: boolean }): Promise<void>;
}

export class RunningJob<T> implements Job<T>, JobContext {
  readonly name: string;
  readonly values: Observable<T>;
  readonly events: Observable<JobEvent>;
  readonly done: Promise<void>;
  readonly #spec: JobSpec;
  readonly #outputs: readonly EventStream<T>[];
  readonly #values = new Subject<T>();
  readonly #events = new Subject<JobEvent>();
  readonly #sinks = new Map<object, SinkWork<unknown>>();
  readonly #readings: Reading<any>[] = [];
  /** Sources without positions are subscribed to when everything is connected. */
  readonly #plain: { readonly start: () => Unsubscribable; readonly running: Subscription }[] = [];
  readonly #rooms = new Rooms();
  readonly #graph = new Subscription();
  readonly #started: Promise<void>;
  #state: JobState = 'starting';
  #checkpoint: number | undefined;
  #coordinator: Coordinator | undefined;
  #schedule: CheckpointSchedule | undefined;
  #restored: ReadonlyMap<string, unknown> | undefined;
  #working: OpenState | undefined;
  /** Of each pipeline. */
  readonly #watermarks: Watermark[];
  #open: number;
  #settle!: { readonly resolve: () => void; readonly reject: (error: unknown) => void };
  /** Whether the end has begun: the first reason counts. */
  #ending = false;

  constructor(outputs: readonly EventStream<T>[], spec: JobSpec) {
    this.name = spec.name;
    this.#spec = spec;
    this.#outputs = outputs;
    this.#open = outputs.length;
    this.#watermarks = outputs.map(() => START_OF_TIME);
    this.values = this.#values.asObservable();
    this.events = this.#events.asObservable();
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    for (const stream of sinksOf(streamsOf(outputs))) this.#sinks.set(stream, this.#workOf(stream));
    // A step later, so that whoever makes the job can listen to it first.
    this.#started = Promise.resolve().then(() => this.#start());
    this.#started.catch(error => this.#fail(error));
  }

  get status(): JobStatus {
    return { state: this.#state, checkpoint: this.#checkpoint, durable: this.#spec.storage.capabilities.durable };
  }

  async checkpoint(): Promise<CompletedCheckpoint> {
    await this.#started;
    if (!this.#schedule) throw this.#over();
    return this.#schedule.request();
  }

  async stop(options: { readonly drain?: boolean } = {}): Promise<void> {
    await quietly(() => this.#started);
    if (this.#ending) return this.done;
    this.#ending = true;
    this.#readNoMore();
    try {
      if (options.drain) {
        this.#become('draining');
        await this.#schedule?.request();
      }
    } catch (error) {
      await this.#end('failed', error);
      return this.done;
    }
    await this.#end('stopped');
    return this.done;
  }

  /* For the operators of its graph */

  read<T>(
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
    if (!(source instanceof Replayable)) {
      throw mustBe(
        `run "${this.name}": the source of eventTime ${name === undefined ? '' : `"${name}"`}`,
        'replayable(...)',
        source,
        'Only a source that can be read again from a position survives a crash. If losing what came since the last checkpoint is all right, say atMostOnce(source).',
      );
    }
    // Without a name the registry refuses its operator, in the same sentence as others.
    const id = name ?? '';
    const saved = this.#restored?.has(id) ? { position: this.#restored.get(id) } : undefined;
    const entry = batches ? eachOf(target, id) : target;
    const reading = new Reading<any>(id, source.source$, saved, entry, this.#spec.env, this.#rooms);
    this.#readings.push(reading);
    return new Subscription(() => reading.stop());
  }

  writer<T>(stream: object): RowWriter<T> {
    return this.#sinks.get(stream) as RowWriter<T>;
  }

  room(room: () => number): () => void {
    return this.#rooms.add(room);
  }

  /* Its life */

  #workOf(stream: SinkStream<unknown>): SinkWork<unknown> {
    const work = stream.definition.create({
      job: this.name,
      relieve: () => this.#rooms.relieve(),
      fail: error => this.#fail(error),
    });
    if (work.room !== undefined) this.#rooms.add(() => work.room as number);
    return work;
  }

  async #start(): Promise<void> {
    const { storage, state, env, retain, timeout, dropped, schedule } = this.#spec;
    await storage.open();
    this.#working = await state?.open();
    const { park } = this.#working ?? {};
    const coordinator = await Coordinator.open({
      job: this.name,
      storage,
      sinks: [...this.#sinks.values()],
      env: park ? { ...env, park } : env,
      retain,
      timeout,
      on: event => this.#tell(event.type === 'completed' ? { type: 'checkpoint', checkpoint: event.checkpoint } : { type: 'log', event }),
    });
    this.#coordinator = coordinator;
    void coordinator.ended.then(failure => this.#fail(failure));
    const { restored } = coordinator;
    this.#checkpoint = restored?.seq;
    this.#restored = restored?.sources;
    if (this.#ending) return;
    const registry = new JobRegistry(this.name, restored?.operators);
    this.#connect(registry);
    this.#working?.unpark?.();
    // Of the sources as well: the state of `eventTime` has the name of its position.
    registry.check(dropped, new Set(streamsOf(this.#outputs).map(stream => stream.name)));
    this.#schedule = new CheckpointSchedule(env, schedule, {
      coordinator,
      make: (signal, full) => this.#make(registry, signal, full),
      fail: error => this.#fail(error),
    });
    this.#become('running');
    this.#tell({ type: 'started', restored: restored?.seq });
    this.#schedule.start();
    for (const { start, running } of this.#plain) running.add(start());
    for (const reading of this.#readings) void reading.run();
    if (this.#open === 0) void this.#finish();
  }

  #connect(registry: JobRegistry): void {
    const clock = this.#spec.clock ?? this.#outputs.map(output => output.clock).find(Boolean) ?? systemClock;
    together(this.#outputs, (output, i) => {
      this.#graph.add(output.connect(this.#output(i), { clock, state: registry, job: this, working: this.#working }));
    });
  }

  /** The end of one pipeline. */
  #output(number: number): EventSink<T> {
    const job = this;
    return {
      get closed() {
        return job.#graph.closed;
      },
      next: value => this.#values.next(value),
      watermark: time => {
        this.#watermarks[number] = time;
      },
      idle() {},
      error: error => this.#fail(error),
      complete: () => {
        this.#watermarks[number] = END_OF_TIME;
        // What a restart finds complete is so while the graph is being connected.
        if (--this.#open === 0 && this.#state === 'running') void this.#finish();
      },
    };
  }

  /** A checkpoint; the barrier comes when no call is at work. */
  async #make(registry: JobRegistry, signal: AbortSignal, full: boolean): Promise<CompletedCheckpoint> {
    await Promise.resolve();
    try {
      const checkpoint = await (this.#coordinator as Coordinator).checkpoint((number, since) => this.#barrier(registry, number, since), {
        signal,
        full,
      });
      this.#checkpoint = checkpoint.seq;
      return checkpoint;
    } catch (error) {
      this.#tell({ type: 'checkpointFailed', error: error as TidemarkError });
      throw error;
    }
  }

  #barrier(registry: JobRegistry, number: number, since: number): Barrier {
    return {
      sources: this.#readings.map(({ name, position }) => ({ name, position })),
      operators: registry.cut(number, since),
      watermark: Math.min(...this.#watermarks),
    };
  }

  /** All sources have ended, and every window has fired: the last checkpoint commits it. */
  async #finish(): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    this.#become('draining');
    try {
      // What has completed within the call that is at work is over before the barrier.
      await this.#spec.env.pause();
      for (;;) {
        try {
          await this.#schedule?.request();
          break;
        } catch (error) {
          // Tried again until the schedule gives up.
          const over = this.#coordinator?.failure !== undefined || (error as TidemarkError).code === 'UNSTORABLE';
          if (over || this.#state !== 'draining') throw error;
          await this.#spec.env.pause();
        }
      }
    } catch (error) {
      await this.#end('failed', error);
      return;
    }
    await this.#end('completed');
  }

  #fail(error: unknown): void {
    if (this.#ending && this.#state !== 'draining') return;
    if (this.#state === 'failed') return;
    this.#ending = true;
    void this.#end('failed', error);
  }

  async #end(state: 'completed' | 'stopped' | 'failed', error?: unknown): Promise<void> {
    if (this.#state === 'completed' || this.#state === 'stopped' || this.#state === 'failed') return;
    this.#become(state);
    this.#readNoMore();
    void quietly(() => this.#graph.unsubscribe());
    await this.#schedule?.stop();
    await this.#coordinator?.close();
    await Promise.all([...this.#sinks.values()].map(sink => quietly(() => sink.close?.())));
    await quietly(() => this.#working?.close());
    await quietly(() => this.#spec.storage.close());
    this.#events.complete();
    if (state === 'failed') {
      this.#values.error(error);
      this.#settle.reject(error);
    } else {
      this.#values.complete();
      this.#settle.resolve();
    }
  }

  #readNoMore(): void {
    for (const reading of this.#readings) reading.stop();
    for (const { running } of this.#plain) void quietly(() => running.unsubscribe());
  }

  #become(state: JobState): void {
    this.#state = state;
    this.#tell({ type: 'state', state });
  }

  #tell(event: JobEvent): void {
    this.#events.next(event);
  }

  #over(): TidemarkError {
    return new TidemarkError('CHECKPOINT_FAILED', `job ${this.name}: it is ${this.#state}, and makes no checkpoints.`);
  }
}

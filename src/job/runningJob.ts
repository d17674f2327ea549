/**
 * A pipeline at work that survives crashes: takes the job over, brings its state back, reads its sources, makes checkpoints, ends with one.
 *
 * ```text
 * enter the host ▸ open storage ▸ claim, restore ▸ connect the graph ▸ read ═══════▸ end of all sources ▸ last checkpoint ▸ done
 *                                                       └ barrier, between two slices ▸ checkpoint
 * ```
 *
 * Long, since whoever ends it, and when, concerns each of these steps. What it reads is in inlets.ts, its protocol in the coordinator.
 */
import { type Observable, Subject, Subscription, type Unsubscribable } from 'rxjs';
import { Coordinator } from '../checkpoint/coordinator.js';
import type { Env } from '../checkpoint/env.js';
import type { CompletedCheckpoint } from '../checkpoint/events.js';
import type { Barrier, CheckpointSink } from '../checkpoint/participants.js';
import type { Savepoint } from '../checkpoint/savepoint.js';
import { CheckpointSchedule } from '../checkpoint/schedule.js';
import { TakeSavepoint } from '../checkpoint/takeSavepoint.js';
import type { WindowsAtWork } from '../engine/windowsAtWork.js';
import type { OpenState } from '../engine/workingState.js';
import { TidemarkError } from '../errors.js';
import { RunGraph } from '../explain/runGraph.js';
import { watchSilence } from '../explain/watchSilence.js';
import type { EventStream } from '../stream/eventStream.js';
import { together } from '../stream/gate.js';
import type { EventSink, JobContext, RowWriter, SourceTarget } from '../stream/sink.js';
import { streamsOf } from '../stream/streamsOf.js';
import { systemClock } from '../stream/systemClock.js';
import type { Clock } from '../time/clock.js';
import { END_OF_TIME, START_OF_TIME, type Watermark } from '../time/timestamp.js';
import type { JobView } from '../view/jobView.js';
import type { ViewHandle } from '../view/view.js';
import type { HostOf, ViewHost } from '../view/viewHost.js';
import type { ViewOptions } from '../view/viewOptions.js';
import { beginFrom } from './beginFrom.js';
import { checkWork, type SinkContext, type SinkStream, type SinkWork } from './defineSink.js';
import { idsOf, sinksOf } from './graph.js';
import type { HostedRun, HostStay } from './host.js';
import { Inlets } from './inlets.js';
import { checkLabel, type Job, readStop, type StopOptions } from './job.js';
import type { JobEvent, JobState, JobStatus } from './jobEvent.js';
import { JobRegistry } from './jobRegistry.js';
import type { Companion, JobSpec } from './jobSpec.js';
import { Patience } from './patience.js';
import { type Program, planOf } from './plan.js';
import { keptBefore, keptBy } from './planFor.js';
import { quietly } from './quietly.js';
import { Rooms } from './rooms.js';
import { surveyOf } from './survey.js';

/** So many milliseconds are given to sources to let go, and to a checkpoint under way. */
const CLOSING = 5000;

export class RunningJob<T> implements Job<T>, JobContext {
  readonly name: string;
  readonly '~graph': RunGraph;
  readonly values: Observable<T>;
  readonly events: Observable<JobEvent>;
  readonly done: Promise<void>;
  readonly hostOf: HostOf = () => this.#host;
  readonly #host: ViewHost;
  readonly #spec: JobSpec;
  readonly #outputs: readonly EventStream<T>[];
  readonly #values = new Subject<T>();
  readonly #events = new Subject<JobEvent>();
  readonly #sinks = new Map<object, CheckpointSink & Partial<SinkWork<unknown>>>();
  readonly #companion: Companion | undefined;
  readonly #inlets: Inlets;
  readonly #rooms = new Rooms();
  readonly #graph = new Subscription();
  readonly #started: Promise<void>;
  readonly #patience: Patience;
  /** Aborted by `stop`: whoever stands by waits no longer, and what has not been begun is not begun. */
  readonly #leaving = new AbortController();
  #stay: HostStay | undefined;
  #opened = false;
  #state: JobState = 'starting';
  #checkpoint: number | undefined;
  /** It goes on behind the end of time. */
  #pastEnd = false;
  /** Savepoints that wait for the next barrier. */
  #taking: TakeSavepoint[] = [];
  #coordinator: Coordinator | undefined;
  #schedule: CheckpointSchedule | undefined;
  #registry: JobRegistry | undefined;
  readonly #windows = new Map<string, WindowsAtWork<any, any, any>>();
  #working: OpenState | undefined;
  /** Of each pipeline. */
  readonly #watermarks: Watermark[];
  #open: number;
  #settle!: { readonly resolve: () => void; readonly reject: (error: unknown) => void };
  /** As `done`, and never rejects: whoever waits for it has not heard of a failure. */
  readonly #gone: Promise<void>;
  #leave!: () => void;
  /** Whether the end has begun: the first reason counts. */
  #ending = false;

  constructor(outputs: readonly EventStream<T>[], spec: JobSpec) {
    this.name = spec.name;
    this.#spec = spec;
    this.#outputs = outputs;
    this['~graph'] = spec.graph ?? new RunGraph(outputs);
    this.#open = outputs.length;
    this.#watermarks = outputs.map(() => START_OF_TIME);
    this.values = this.#values.asObservable();
    this.events = this.#events.asObservable();
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#gone = new Promise(resolve => {
      this.#leave = resolve;
    });
    this.#patience = new Patience(spec.env);
    this.#inlets = this.#inletsOf(spec);
    const companion = spec.companion?.(this.#sinkContext());
    if (companion) this.#sinks.set(companion, this.#roomy(companion));
    this.#companion = companion;
    for (const stream of sinksOf(streamsOf(outputs))) if (!companion?.writerOf(stream)) this.#sinks.set(stream, this.#workOf(stream));
    // A step later, so that whoever makes the job can listen to it first.
    this.#started = Promise.resolve().then(() => this.#start());
    this.#host = this.#makeHost(spec.env);
    this.#started.catch(error => this.#fail(error));
  }

  get status(): JobStatus {
    return { state: this.#state, checkpoint: this.#checkpoint, durable: this.#spec.storage.capabilities.durable };
  }

  async checkpoint(): Promise<CompletedCheckpoint> {
    return this.#unlessOver(
      this.#started.then(() => {
        if (!this.#schedule) throw this.#over();
        return this.#schedule.request();
      }),
    );
  }

  async savepoint(label: string): Promise<Savepoint> {
    checkLabel(label, `savepoint of job ${this.name}`);
    return this.#unlessOver(this.#started.then(() => this.#take(label).taking.savepoint));
  }

  /** What has not come about when the job is over does not any more, and may hang for ever. */
  #unlessOver<R>(what: Promise<R>): Promise<R> {
    return Promise.race([what, this.#gone.then(() => Promise.reject(this.#over()))]);
  }

  view<K, V>(handle: ViewHandle<K, V>, options: ViewOptions = {}): JobView<K, V> {
    return handle.open(this.hostOf, options);
  }

  stop(options: StopOptions & { readonly savepoint: string }): Promise<Savepoint>;
  stop(options?: StopOptions): Promise<void>;
  async stop(options: StopOptions = {}): Promise<any> {
    const { drain, timeout, savepoint } = readStop(options, this.name);
    this.#leaving.abort();
    const last = drain || savepoint !== undefined;
    const late = (): void => void this.#giveUp(last, timeout as number);
    const cancel = timeout === undefined ? undefined : this.#spec.env.after(timeout, late);
    try {
      await this.#patience.wait(() => this.#started);
      return await this.#stop(last, savepoint);
    } finally {
      cancel?.();
    }
  }

  /** `drain`: with a last checkpoint; `label`: and a savepoint of it. */
  async #stop(drain: boolean, label: string | undefined): Promise<Savepoint | undefined> {
    if (this.#ending) {
      // A drain that is under way is cut short by whoever does not want one.
      if (!drain && this.#state === 'draining') {
        this.#patience.lose();
        await this.#end('stopped');
      }
      await this.done;
      if (label !== undefined) throw this.#over();
      return undefined;
    }
    this.#ending = true;
    void this.#inlets.stop();
    let savepoint: Savepoint | undefined;
    try {
      if (drain && this.#schedule) this.#become('draining');
      if (label !== undefined) savepoint = await this.#unlessOver(this.#takeLast(label));
      else if (drain && this.#schedule) await this.#unlessOver(this.#schedule.request());
    } catch (error) {
      await this.#end('failed', error);
      await this.done;
    }
    await this.#end('stopped');
    await this.done;
    // It was cut short.
    if (label !== undefined && !savepoint) throw this.#over();
    return savepoint;
  }

  /** A savepoint of the next checkpoint. */
  #take(label: string): { readonly taking: TakeSavepoint; readonly checkpoint: Promise<unknown> } {
    const schedule = this.#schedule;
    if (!schedule) throw this.#over();
    const taking = new TakeSavepoint(label, this.name, [...this.#sinks.values()], this.#spec.env);
    this.#taking.push(taking);
    const checkpoint = schedule.request();
    checkpoint.catch(error => taking.fail(error));
    return { taking, checkpoint };
  }

  /** While it is written no other checkpoint is made, behind which sinks would be. */
  async #takeLast(label: string): Promise<Savepoint> {
    const { taking, checkpoint } = this.#take(label);
    await checkpoint;
    await this.#schedule?.stop();
    return taking.savepoint;
  }

  /** It has taken too long to stop: what hangs is left to itself. */
  async #giveUp(drain: boolean, timeout: number): Promise<void> {
    this.#ending = true;
    this.#patience.lose();
    if (!drain) {
      await this.#end('stopped');
      return;
    }
    const kept = this.#checkpoint === undefined ? 'at the beginning' : `behind checkpoint ${this.#checkpoint}`;
    const what = `job ${this.name}: its last checkpoint was not complete after ${timeout} ms. The next run goes on ${kept}, or behind it, if it still comes about.`;
    await this.#end('failed', new TidemarkError('TIMED_OUT', what));
  }

  /* For the operators of its graph */

  read<T>(
    name: string | undefined,
    source: unknown,
    batches: boolean,
    target: SourceTarget<T>,
    plain: () => Unsubscribable,
  ): Unsubscribable {
    return this.#inlets.add(name, source, batches, target, plain);
  }

  writer<T>(stream: object): RowWriter<T> {
    return (this.#companion?.writerOf(stream) ?? this.#sinks.get(stream)) as RowWriter<T>;
  }

  room(room: () => number): () => void {
    return this.#rooms.add(room);
  }

  windows(name: string | undefined, operator: WindowsAtWork<any, any, any>): void {
    this.#windows.set(name as string, operator);
  }

  /** What views see of it. */
  #makeHost(env: Env): ViewHost {
    const job = this;
    return {
      name: job.name,
      get state() {
        return job.#state;
      },
      begun: job.#started,
      done: job.done,
      windows: job.#windows,
      streams: streamsOf(job.#outputs),
      get checkpoint() {
        return job.#checkpoint;
      },
      get epoch() {
        return job.#coordinator?.epoch as number;
      },
      env,
      nextCut: () => (job.#registry as JobRegistry).nextCut(),
      checkpointSoon: () => job.checkpoint(),
      sourceAt: name => job.#inlets.at(name),
      shared: undefined,
      listener: undefined,
    };
  }

  /* Its life */

  #inletsOf({ storage, env, atEnd }: JobSpec): Inlets {
    return new Inlets({
      job: this.name,
      storage,
      env,
      clock: this.#clock,
      room: this.#rooms,
      turns: {
        now: () => env.now(),
        // A checkpoint that is overdue has its turn.
        pause: async () => {
          await env.pause();
          this.#schedule?.poke();
        },
      },
      tell: event => this.#tell(event),
      paused: atEnd === 'pause' ? () => void quietly(() => this.stop({ drain: true })) : undefined,
    });
  }

  #workOf(stream: SinkStream<unknown>): SinkWork<unknown> {
    const definition = this.#spec.sinkOf?.(stream) ?? stream.definition;
    return this.#roomy(checkWork(definition, definition.create(this.#sinkContext())));
  }

  #sinkContext(): SinkContext {
    return {
      job: this.name,
      task: this.#spec.task,
      run: this.#spec.env.nonce(),
      relieve: () => this.#rooms.relieve(),
      checkpoint: () => this.#schedule?.hasten(),
      fail: error => this.#fail(error),
    };
  }

  #roomy<W extends { readonly room?: number }>(work: W): W {
    if (work.room !== undefined) this.#rooms.add(() => work.room as number);
    return work;
  }

  async #start(): Promise<void> {
    const { storage, state, env, retain, timeout, dropped, schedule, from, known = 0 } = this.#spec;
    const sinks = [...this.#sinks.values()];
    const where = `run "${this.name}"`;
    if (!(await this.#enter())) return;
    await storage.open();
    this.#opened = true;
    if (known > 0 && ((await storage.listSlots(this.name)).at(-1) ?? 0) < known) throw lost(this.name, known);
    if (from) {
      const check = (): void => planOf(keptBy(from.savepoint), surveyOf(this.#outputs, where), dropped).check(where);
      await beginFrom(from, storage, this.name, sinks, env, check);
    }
    this.#working = await state?.open();
    const { park } = this.#working ?? {};
    const coordinator = await Coordinator.open({
      job: this.name,
      storage,
      sinks,
      env: park ? { ...env, park } : env,
      retain,
      timeout,
      on: event => this.#tell(event.type === 'completed' ? { type: 'checkpoint', checkpoint: event.checkpoint } : { type: 'log', event }),
    });
    this.#coordinator = coordinator;
    void coordinator.ended.then(failure => this.#fail(failure));
    const { restored } = coordinator;
    this.#checkpoint = restored?.seq;
    this.#pastEnd = restored?.manifest?.watermark === END_OF_TIME;
    this.#inlets.open(coordinator.epoch, restored);
    if (this.#ending) return;
    const registry = new JobRegistry(restored);
    this.#registry = registry;
    this.#connect(registry);
    registry.check(where);
    if (restored) planOf(keptBefore(restored), this.#program(registry), dropped).check(where);
    this.#working?.unpark?.();
    if (restored) this.#host.listener?.restored(restored.seq);
    this.#schedule = new CheckpointSchedule(env, schedule, {
      coordinator,
      make: (signal, full) => this.#make(registry, signal, full),
      fail: error => this.#fail(error),
    });
    this.#become('running');
    const hosted = this.#stay?.checkpoint ?? 0;
    if (hosted > (restored?.seq ?? 0)) this.#tell({ type: 'stateLost', checkpoint: hosted, restored: restored?.seq });
    this.#tell({ type: 'started', restored: restored?.seq });
    this.#schedule.start();
    this.#inlets.begin(!this.#leaving.signal.aborted);
    if (this.#open === 0) void this.#finish();
  }

  /** False: it has been stopped while it stood by. */
  async #enter(): Promise<boolean> {
    const { signal } = this.#leaving;
    const run: HostedRun = {
      job: this.name,
      storage: this.#spec.storage.name,
      signal,
      standBy: () => this.#become('standby'),
      lose: () => void quietly(() => this.#started).then(() => this.#fail(taken(this.name))),
      hurry: () => void quietly(() => this.checkpoint()),
    };
    try {
      this.#stay = await this.#spec.host?.enter(run);
    } catch (error) {
      if (!signal.aborted) throw error;
      return false;
    }
    if (this.#state === 'standby') this.#become('starting');
    return true;
  }

  #connect(registry: JobRegistry): void {
    const lookout = this['~graph'];
    const clock = (lookout.clock = this.#clock);
    const context = { clock, state: registry, job: this, working: this.#working, lookout };
    together(this.#outputs, (output, i) => void this.#graph.add(output.connect(this.#output(i), context)));
    const { silentAfter } = this.#spec;
    if (silentAfter !== undefined)
      this.#graph.add(watchSilence(lookout, silentAfter, silence => this.#tell({ type: 'silent', ...silence })));
  }

  /** What the graph consists of, once it is connected. */
  #program(registry: JobRegistry): Program {
    // Those above an operator that had all of its input before the restart are not connected any more.
    const ids = idsOf(streamsOf(this.#outputs));
    return { operators: registry.program, sources: this.#inlets.names, sinks: [], ids };
  }

  get #clock(): Clock {
    return this.#spec.clock ?? this.#outputs.map(output => output.clock).find(Boolean) ?? systemClock;
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
    // Those that were asked for before: what is asked for from now on has a checkpoint of its own.
    const taking = this.#taking.splice(0);
    await Promise.resolve();
    const coordinator = this.#coordinator as Coordinator;
    let taken: Barrier | undefined;
    const take = (number: number, since: number): Barrier => {
      for (const savepoint of taking) savepoint.take(this.#barrier(registry, number, 0));
      taken = this.#barrier(registry, number, since);
      this.#host.listener?.barrier();
      return taken;
    };
    try {
      const checkpoint = await coordinator.checkpoint(take, { signal, full });
      this.#checkpoint = checkpoint.seq;
      this.#host.listener?.completed(checkpoint.seq);
      for (const savepoint of taking) savepoint.complete(checkpoint.seq);
      this.#inlets.completed(checkpoint.seq, (taken as unknown as Barrier).sources, coordinator.oldest);
      this.#stay?.remember?.(checkpoint.seq);
      return checkpoint;
    } catch (error) {
      for (const savepoint of taking) savepoint.fail(error);
      this.#host.listener?.failed();
      this.#tell({ type: 'checkpointFailed', error: error as TidemarkError });
      throw error;
    }
  }

  #barrier(registry: JobRegistry, number: number, since: number): Barrier {
    const operators = registry.cut(number, since);
    const sources = this.#inlets.cut(operators);
    this.#companion?.barrier(sources);
    return { sources, operators, watermark: Math.min(...this.#watermarks) };
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
    const elements = this.#inlets.taken;
    if (this.#pastEnd && elements > 0) this.#tell({ type: 'endOfTime', elements });
    this.#become(state);
    const released = this.#inlets.stop();
    void quietly(() => this.#graph.unsubscribe());
    this['~graph'].clear();
    // At once, so that a checkpoint under way is called off whatever else hangs.
    const stopped = this.#schedule?.stop();
    const patience = this.#patience;
    await patience.wait(() => released, CLOSING);
    // A commit may hang in its sink; the next run makes it anyway.
    const closed = async (): Promise<void> => {
      await stopped;
      await this.#coordinator?.close(state !== 'failed');
    };
    await patience.wait(closed, CLOSING);
    await patience.wait(() => Promise.all([...this.#sinks.values()].map(sink => quietly(() => sink.close?.()))));
    await patience.wait(() => this.#working?.close());
    if (this.#opened) await patience.wait(() => this.#spec.storage.close());
    this.#stay?.leave();
    this.#leave();
    this.#events.complete();
    if (state === 'failed') {
      this.#values.error(error);
      this.#settle.reject(error);
    } else {
      this.#values.complete();
      this.#settle.resolve();
    }
  }

  #become(state: JobState): void {
    this.#state = this['~graph'].state = state;
    this.#tell({ type: 'state', state });
  }

  #tell(event: JobEvent): void {
    this.#events.next(event);
  }

  #over(): TidemarkError {
    return new TidemarkError('CHECKPOINT_FAILED', `job ${this.name}: it is ${this.#state}, and makes no checkpoints.`);
  }
}

function lost(job: string, known: number): TidemarkError {
  return new TidemarkError('STORAGE_LOST', `job ${job}: its storage has lost checkpoint ${known}. Bring it back, or run the job anew.`);
}

function taken(job: string): TidemarkError {
  return new TidemarkError('FENCED', `job ${job}: another run has taken it over. This one stops and says nothing more.`);
}

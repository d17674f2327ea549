/**
 * One schedule: a job from beginning to end, with crashes at given steps and whatever else is asked for; then what came of it is held
 * against a run in which nothing went wrong.
 */
import type { CoordinatorEvent } from '../../src/checkpoint/events.js';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import type { JobEvent } from '../../src/job/jobEvent.js';
import type { RunningJob } from '../../src/job/runningJob.js';
import { type Bugs, sabotage, withBugs, withCall } from './bugs.js';
import { makeInput, type Partitions } from './input.js';
import { type Outcome, outcomeOf, outputOf, startJob } from './job.js';
import { logViolations } from './logViolations.js';
import { Outlet } from './outlet.js';
import { Files, Objects, type Place } from './places.js';
import { AT_ONCE, type Process } from './process.js';
import { PROGRAMS } from './programs.js';
import { rowViolations } from './rowViolations.js';
import type { Schedule } from './schedules.js';
import { Simulation } from './simulation.js';
import { undisturbed } from './undisturbed.js';

export interface Result {
  /** Empty: all is as it must be. */
  readonly violations: readonly string[];
  /** A restart was refused, with these words. */
  readonly refused: string | undefined;
  readonly steps: number;
  /** Rare states that were come to. */
  readonly reached: ReadonlySet<string>;
  /** If it is kept: what happened. */
  readonly schedule: readonly string[];
}

const MOST_STEPS = 30_000;
const MOST_RESTARTS = 60;
/** Whoever is still alive in the end may do harm for so many steps. */
const AFTERMATH = 2000;
/** Few inputs, so that each undisturbed run is made once. */
const INPUTS = 16;

export async function runSchedule(schedule: Schedule, bugs: Bugs = {}, keep = false): Promise<Result> {
  const mend = sabotage(bugs);
  try {
    return await new Run(schedule, bugs, keep).run();
  } finally {
    mend();
  }
}

class Run {
  readonly #schedule: Schedule;
  readonly #bugs: Bugs;
  readonly #simulation: Simulation;
  readonly #place: Place;
  readonly #disk: Files['disk'] | undefined;
  readonly #outlets: readonly Outlet[];
  readonly #input: Partitions;
  readonly #reached = new Set<string>();
  readonly #violations: string[] = [];
  readonly #slots = new Set<number>();
  #current!: { readonly process: Process; readonly job: RunningJob<unknown> };
  /** It has just been started, and has not asked for anything yet. */
  #fresh = true;
  #sleeper: Process | undefined;
  #outcome: Outcome | undefined;
  #refused: string | undefined;
  /** The last slot that was put did not fit on the disk. */
  #noRoom = false;
  #crashes = 0;
  #restarts = 0;
  #stopped = false;

  constructor(schedule: Schedule, bugs: Bugs, keep: boolean) {
    this.#schedule = schedule;
    this.#bugs = bugs;
    this.#simulation = new Simulation(schedule.seed, schedule.chances, keep);
    this.#simulation.timersByWall = bugs.timersByWall ?? false;
    this.#place = schedule.place === 'files' ? new Files(this.#simulation) : new Objects(this.#simulation);
    this.#disk = this.#place instanceof Files ? this.#place.disk : undefined;
    if (this.#disk) this.#disk.badSync = schedule.badSync;
    this.#outlets = schedule.modes.map(mode => new Outlet(mode, bugs, seq => this.#place.isDurable(seq)));
    this.#input = inputOf(schedule.seed % INPUTS);
  }

  async run(): Promise<Result> {
    this.#start();
    await this.#simulation.run(moved => this.#go(moved));
    if (this.#refused === undefined && this.#violations.length === 0) await this.#check();
    const violations = [...this.#violations, ...this.#outlets.flatMap(outlet => outlet.violations)];
    const { steps, schedule } = this.#simulation;
    return { violations, refused: this.#refused, steps, reached: this.#reached, schedule };
  }

  /** Between two steps; false: it is over. */
  #go(moved: boolean): boolean {
    const { crashes, full, stop } = this.#schedule;
    const { steps } = this.#simulation;
    const outcome = this.#outcome;
    if (outcome?.how === 'completed') return false;
    const fresh = this.#fresh;
    this.#fresh = false;
    if (outcome) this.#restart(outcome);
    else if (!moved && !fresh) this.#stuck();
    if (steps > MOST_STEPS) this.#violations.push('stuck: it takes too long');
    if (this.#violations.length > 0 || this.#refused !== undefined) return false;
    if (full && this.#disk) this.#disk.full = steps >= full.from && steps < full.to ? full.where : undefined;
    if (steps >= (crashes[this.#crashes] ?? Infinity)) this.#crash();
    if (stop && !this.#stopped && steps >= stop.at) this.#stop(stop.drain);
    const { first } = this.#schedule;
    if (this.#sleeper && typeof first === 'object' && steps >= (crashes[0] as number) + first.sleeps) this.#wake();
    return true;
  }

  #start(): void {
    this.#outcome = undefined;
    this.#fresh = true;
    const process = this.#simulation.start();
    this.#simulation.note(`p${process.id} starts`);
    const { program, first } = this.#schedule;
    const job = startJob({
      process,
      storage: this.#storage(process),
      program: PROGRAMS[program],
      input: this.#input,
      outlets: this.#outlets,
      atomic: first !== 'dies',
      bugs: this.#bugs,
    });
    this.#current = { process, job };
    job.events.subscribe(event => this.#hear(event, process));
    outcomeOf(job).then(outcome => {
      this.#simulation.note(`p${process.id} ${outcome.how}${outcome.how === 'failed' ? `: ${outcome.error.message}` : ''}`);
      if (process !== this.#current.process || !process.alive) this.#reach(`zombie ${outcome.how}`);
      else this.#outcome = outcome;
    });
  }

  #storage(process: Process): CheckpointStorage {
    const storage = this.#place.storage(process, this.#bugs);
    const appendSlot: CheckpointStorage['appendSlot'] = async (job, seq, data) => {
      const put = storage.appendSlot(job, seq, data);
      put.catch(() => {
        this.#noRoom = this.#disk?.full === 'slots';
      });
      const outcome = await put;
      if (isVoid(data)) this.#reach(outcome === 'ok' ? 'slot made void' : 'slot in doubt found');
      return outcome;
    };
    const capabilities = { ...storage.capabilities, chunkBytes: 500 };
    const watched = withCall(withCall(storage, 'appendSlot', appendSlot), 'capabilities', capabilities);
    return withBugs(watched, this.#bugs);
  }

  /** The process that is at work dies; or it does not, and a second one starts beside it. */
  #crash(): void {
    const { first, power, rot } = this.#schedule;
    this.#crashes++;
    const { process } = this.#current;
    if (first === 'dies' || this.#crashes > 1) {
      this.#simulation.note(power ? 'the power goes' : 'the process dies');
      this.#simulation.kill(process);
      if (power && first === 'dies') this.#place.lose();
    } else {
      this.#simulation.note('another process takes over');
      if (first !== 'goes on') this.#simulation.freeze((this.#sleeper = process));
    }
    if (rot && this.#place.rot(rot)) this.#reach(`bit rot in ${rot}`);
    this.#start();
  }

  #wake(): void {
    this.#simulation.note(`p${this.#sleeper?.id} wakes up`);
    this.#simulation.thaw(this.#sleeper as Process);
    this.#sleeper = undefined;
  }

  #stop(drain: boolean): void {
    this.#stopped = true;
    this.#simulation.note(drain ? 'the job is drained' : 'the job is stopped');
    this.#current.job.stop({ drain }).catch(() => undefined);
  }

  /** A process has ended by itself, and is started again. */
  #restart(outcome: Exclude<Outcome, { how: 'completed' }>): void {
    this.#simulation.kill(this.#current.process);
    if (outcome.how === 'stopped') this.#reach('stopped');
    else if (!this.#mayGoOn(outcome as Extract<Outcome, { how: 'failed' }>)) return;
    this.#start();
  }

  #mayGoOn({ error }: Extract<Outcome, { how: 'failed' }>): boolean {
    this.#reach(`job ended by ${error.code}`);
    if (this.#noRoom) this.#reach('ended between chunks and slot');
    this.#noRoom = false;
    if (error.code === 'NEEDS_OPERATOR') {
      this.#refused = error.message;
      if (!this.#schedule.rot) this.#violations.push(`refused: ${error.message}`);
    } else if (++this.#restarts > MOST_RESTARTS) {
      this.#violations.push(`stuck: restarted ${this.#restarts} times, at last for ${error.message}`);
    }
    return this.#violations.length === 0 && this.#refused === undefined;
  }

  /** Nothing is left to do. Where a call hangs, somebody ends the process; but a job that runs must have given up by itself. */
  #stuck(): void {
    const { process, job } = this.#current;
    const { state } = job.status;
    if (process.hanging === 0 || state === 'running' || state === 'draining') {
      this.#violations.push(`stuck: nothing is left to do, and the job is ${state}`);
      return;
    }
    this.#reach(`killed while it hangs, ${state}`);
    this.#simulation.note('somebody ends the process');
    this.#simulation.kill(process);
    this.#start();
  }

  #hear(event: JobEvent, process: Process): void {
    if (this.#simulation.keeps)
      this.#simulation.note(`p${process.id} says ${JSON.stringify(event, (_, value) => (value instanceof Error ? value.message : value))}`);
    if (event.type === 'log') this.#hearLog(event.event, process);
    else if (event.type === 'checkpoint') {
      const { full, number, seq } = event.checkpoint;
      this.#reach(full ? (number > 1 ? 'rebased' : 'full') : 'changes');
      if (this.#slots.has(seq)) this.#violations.push(`I4: slot ${seq} is written twice`);
      this.#slots.add(seq);
    }
  }

  #hearLog(event: CoordinatorEvent, process: Process): void {
    this.#reach(event.type);
    if (event.type === 'aborted') {
      this.#reach(`aborted by ${event.error.code}`);
      if (this.#schedule.kind === 'clock' && event.error.code === 'TIMED_OUT')
        this.#violations.push('a checkpoint is given up because the wall clock was set');
      if (this.#noRoom) this.#reach('aborted between chunks and slot');
      this.#noRoom = false;
    }
    if (event.type !== 'opened') return;
    if (event.restored !== undefined) this.#reach('restored');
    if (event.recommitted.length > 0) this.#reach('recommitted');
    if (event.recommitted.length > 1) this.#reach('several recommitted');
    if (event.skipped.length > 0) this.#reach('fell back');
    if (process.id > 1 && event.restored === undefined) this.#reach('began anew');
  }

  #reach(what: string): void {
    this.#reached.add(what);
  }

  async #check(): Promise<void> {
    this.#simulation.calm();
    if (this.#disk) {
      this.#disk.full = undefined;
      this.#disk.badSync = 0;
    }
    if (this.#sleeper) this.#wake();
    const end = this.#simulation.steps + AFTERMATH;
    await this.#simulation.run(moved => moved && this.#simulation.steps < end);
    const { seed, program, rot } = this.#schedule;
    const expected = await undisturbed(seed % INPUTS, program);
    for (const [at, outlet] of this.#outlets.entries()) {
      const said = expected[outputOf(at, outlet, expected.length)] as (typeof expected)[number];
      this.#violations.push(...rowViolations(outlet, PROGRAMS[program], said, rot !== undefined));
    }
    if (rot) return;
    const storage = this.#place.storage(AT_ONCE);
    this.#violations.push(...(await logViolations(storage).catch(error => [`the log cannot be read: ${error}`])));
  }
}

function isVoid(slot: Uint8Array): boolean {
  return Buffer.from(slot.buffer, slot.byteOffset, slot.length).includes('"kind":"void"');
}

const inputs = new Map<number, Partitions>();

function inputOf(number: number): Partitions {
  let input = inputs.get(number);
  if (!input) inputs.set(number, (input = makeInput(number)));
  return input;
}

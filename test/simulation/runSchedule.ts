/**
 * One schedule: a job from beginning to end, with crashes at given steps and whatever else is asked for; then what came of it is held
 * against a run in which nothing went wrong.
 */
import type { CoordinatorEvent } from '../../src/checkpoint/events.js';
import type { SinkMode } from '../../src/checkpoint/participants.js';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import { fileStorage } from '../../src/storages/fileStorage.js';
import { type Bugs, withoutFencing } from './bugs.js';
import { Disk } from './disk.js';
import { makeInput, undisturbed } from './input.js';
import { type Outcome, runJob } from './job.js';
import { logViolations } from './logViolations.js';
import { Outlet, OutletSink, type Row } from './outlet.js';
import { type Process, Simulation } from './simulation.js';

/** All of it repeats exactly. */
export interface Schedule {
  readonly seed: number;
  readonly mode: SinkMode;
  /** Which window operator: 0 to 3. */
  readonly variant: number;
  /** The steps before which the process dies. */
  readonly crashes: readonly number[];
  /** Whether the power goes with it. */
  readonly power: boolean;
  /** At the first crash the process does not die: it goes on beside the next one. */
  readonly zombie: boolean;
  /** Where a bit flips at each crash. */
  readonly rot: 'slots' | 'chunks' | undefined;
  /** From the first step until the second there is no room on the disk. */
  readonly full: readonly [number, number] | undefined;
  /** How often a sync fails. */
  readonly badSync: number;
  /** How often the clock jumps: things take longer than they may. */
  readonly jumps: number;
}

/** Rare states that were reached. */
export type Reached = Record<string, number>;

export interface Result {
  /** Empty: all is as it must be. */
  readonly violations: readonly string[];
  /** A restart was refused, with these words. */
  readonly refused: string | undefined;
  readonly steps: number;
  readonly reached: ReadonlySet<string>;
  readonly schedule: readonly string[];
}

const SLOTS = '/state/job/slots';
const MOST_STEPS = 20_000;
const MOST_RESTARTS = 30;

export async function runSchedule(schedule: Schedule, bugs: Bugs = {}, keep = false): Promise<Result> {
  return new Run(schedule, bugs, keep).run();
}

class Run {
  readonly #schedule: Schedule;
  readonly #bugs: Bugs;
  readonly #simulation: Simulation;
  readonly #disk: Disk;
  readonly #outlet: Outlet;
  readonly #reached = new Set<string>();
  readonly #violations: string[] = [];
  readonly #slots = new Set<number>();
  #current!: Process;
  #outcome: Outcome | undefined;
  #refused: string | undefined;
  #crashes = 0;

  constructor(schedule: Schedule, bugs: Bugs, keep: boolean) {
    this.#schedule = schedule;
    this.#bugs = bugs;
    this.#simulation = new Simulation(schedule.seed, schedule.jumps, keep);
    this.#disk = new Disk(this.#simulation);
    this.#disk.badSync = schedule.badSync;
    this.#outlet = new Outlet(schedule.mode, bugs);
    this.#outlet.isDurable = seq => this.#disk.isDurable(`${SLOTS}/${String(seq).padStart(16, '0')}`);
  }

  async run(): Promise<Result> {
    const { crashes, full } = this.#schedule;
    this.#start();
    let restarts = 0;
    while (this.#refused === undefined) {
      const { steps } = this.#simulation;
      this.#disk.full = full !== undefined && steps >= full[0] && steps < full[1];
      if (steps >= (crashes[this.#crashes] ?? Infinity)) this.#crash();
      const moved = await this.#simulation.advance();
      const outcome = this.#outcome as Outcome | undefined;
      if (outcome?.how === 'done') break;
      if (outcome) {
        this.#end(outcome);
        if (++restarts > MOST_RESTARTS) this.#violations.push(`stuck: restarted ${restarts} times, at last for ${outcome.error.message}`);
        else if (this.#refused === undefined) this.#start();
      }
      if (!moved && !outcome) this.#violations.push('stuck: nothing is left to do');
      if (steps > MOST_STEPS) this.#violations.push('stuck: it takes too long');
      if (this.#violations.length > 0) break;
    }
    if (this.#refused === undefined && this.#violations.length === 0) await this.#check();
    const violations = [...this.#violations, ...this.#outlet.violations];
    const { steps, schedule } = this.#simulation;
    return { violations, refused: this.#refused, steps, reached: this.#reached, schedule };
  }

  #start(): void {
    this.#outcome = undefined;
    const process = this.#simulation.start();
    this.#current = process;
    this.#simulation.note(`p${process.id} starts`);
    const { variant, seed } = this.#schedule;
    const sink = new OutletSink(this.#outlet, process);
    const storage = this.#storage(process);
    const on = (event: CoordinatorEvent) => this.#hear(event, process);
    runJob({ process, storage, sink, input: makeInput(inputOf(seed)), variant, bugs: this.#bugs, on }).then(
      outcome => {
        if (process !== this.#current || !process.alive) this.#reach(`zombie ${outcome.how}`);
        else this.#outcome = outcome;
      },
      error => this.#violations.push(`the job breaks: ${error instanceof Error ? error.stack : error}`),
    );
  }

  #storage(process: Process): CheckpointStorage {
    const storage = fileStorage('/state', this.#disk.port(process, this.#bugs));
    const tiny = Object.create(storage, { capabilities: { value: { ...storage.capabilities, chunkBytes: 300 } } }) as CheckpointStorage;
    const bound = new Proxy(tiny, {
      get: (_target, name) => {
        if (name === 'capabilities') return tiny.capabilities;
        const value: unknown = Reflect.get(storage, name, storage);
        return typeof value === 'function' ? value.bind(storage) : value;
      },
    });
    return this.#bugs.noFencing ? withoutFencing(bound) : bound;
  }

  /** The process that is at work dies; or it does not, and a second one starts beside it. */
  #crash(): void {
    const { zombie, power, rot } = this.#schedule;
    this.#crashes++;
    if (zombie && this.#crashes === 1) this.#simulation.note('another process takes over');
    else {
      this.#simulation.note(power ? 'the power goes' : 'the process dies');
      this.#simulation.kill(this.#current);
      if (power && !zombie) this.#disk.lose();
    }
    if (rot && this.#disk.rot(path => path.includes(`/${rot}/`) && !path.includes('below'))) this.#reach(`bit rot in ${rot}`);
    this.#start();
  }

  /** A process has given up; it is dead. */
  #end({ how, error }: Exclude<Outcome, { how: 'done' }>): void {
    this.#simulation.note(`p${this.#current.id} ${how}: ${error.message}`);
    this.#simulation.kill(this.#current);
    this.#reach(`job ended by ${error.code}`);
    if (error.code !== 'NEEDS_OPERATOR') return;
    this.#refused = error.message;
    if (!this.#schedule.rot) this.#violations.push(`refused: ${error.message}`);
  }

  #hear(event: CoordinatorEvent, process: Process): void {
    this.#simulation.note(`p${process.id} says ${JSON.stringify(event, (_, value) => (value instanceof Error ? value.message : value))}`);
    if (event.type !== 'opened') this.#reach(event.type);
    switch (event.type) {
      case 'opened':
        if (event.restored !== undefined) this.#reach('restored');
        if (event.recommitted.length > 0) this.#reach('recommitted');
        if (event.skipped.length > 0) this.#reach('fell back');
        if (process.id > 1 && event.restored === undefined) this.#reach('began anew');
        break;
      case 'completed':
        this.#reach(event.checkpoint.full ? (event.checkpoint.number > 1 ? 'rebased' : 'full') : 'changes');
        if (this.#slots.has(event.checkpoint.seq)) this.#violations.push(`I4: slot ${event.checkpoint.seq} is written twice`);
        this.#slots.add(event.checkpoint.seq);
        break;
      case 'aborted':
        this.#reach(`aborted by ${event.error.code}`);
        break;
      default:
    }
  }

  #reach(what: string): void {
    this.#reached.add(what);
  }

  async #check(): Promise<void> {
    // Whoever is still alive may do what harm he can.
    for (let left = 400; left > 0 && (await this.#simulation.advance()); left--);
    this.#disk.full = false;
    this.#disk.badSync = 0;
    const { seed, variant, mode, rot } = this.#schedule;
    this.#violations.push(...rowViolations(this.#outlet, undisturbed(inputOf(seed), variant), mode, rot !== undefined));
    if (rot) return;
    const reader = this.#simulation.start();
    let found: string[] | undefined;
    logViolations(fileStorage('/state', this.#disk.port(reader))).then(
      violations => {
        found = violations;
      },
      error => {
        found = [`the log cannot be read: ${error}`];
      },
    );
    while (!found && (await this.#simulation.advance()));
    this.#violations.push(...(found ?? ['the log is never read']));
  }
}

/** Few inputs, so that each undisturbed run is made once. */
function inputOf(seed: number): number {
  return seed % 16;
}

/** What is wrong with the rows that are visible in the end. */
function rowViolations(outlet: Outlet, expected: readonly Row[], mode: SinkMode, fellBack: boolean): string[] {
  const text = ({ name, index, text }: Row) => `${name} #${index} ${text}`;
  if (mode === 'upsert') {
    const finals = new Map(expected.map(row => [row.name, text(row)]));
    const visible = new Map([...outlet.newest].map(([name, row]) => [name, text(row)]));
    return differences([...visible.values()], [...finals.values()], false);
  }
  // An older checkpoint says rows of an outbox again, under new ids.
  return differences(outlet.rows.map(text), expected.map(text), mode === 'outbox' && fellBack);
}

function differences(visible: readonly string[], expected: readonly string[], mayRepeat: boolean): string[] {
  const left = new Map<string, number>();
  for (const row of expected) left.set(row, (left.get(row) ?? 0) + 1);
  for (const row of visible) left.set(row, (left.get(row) ?? 0) - 1);
  return [...left].flatMap(([row, count]) => {
    if (count > 0) return [`I10: missing: ${row}`];
    return count < 0 && !(mayRepeat && expected.includes(row)) ? [`I10: too often: ${row}`] : [];
  });
}

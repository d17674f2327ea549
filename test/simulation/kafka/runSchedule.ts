/**
 * One schedule: processes that share a job from topic to topic, until all of the input is in the output; then what readers of committed records
 * see is held against what an undisturbed run says.
 */
import { type ErrorCode, TidemarkError } from '../../../src/errors.js';
import type { Result } from '../runSchedule.js';
import { Simulation } from '../simulation.js';
import { type KafkaBugs, sabotage } from './bugs.js';
import { type Input, makeInput } from './input.js';
import { PROGRAMS } from './programs.js';
import type { Happening, KafkaSchedule } from './schedules.js';
import { KafkaWorld, type Member } from './world.js';

/** When nothing goes wrong any more, so many steps are enough for all that is left. */
const ENOUGH_STEPS = 4000;
/** Whoever waits for an answer that does not come is ended by somebody after so many. */
const MOST_PATIENT = 1500;
const MOST_MEMBERS = 3;
const MOST_RESTARTS = 40;
/** Whoever is still alive in the end may do harm for so many steps. */
const AFTERMATH = 150;
/** The output is looked at when so many steps have been done. */
const LOOK = 25;
/** Who has just been started has its turn before this is over. */
const PATIENCE = 2;
/** Few inputs, each made once. */
const INPUTS = 32;

/** What the world may do to a job. It is run again. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['KAFKA_FAILED', 'FENCED', 'CHECKPOINT_FAILED', 'STORAGE_FAILED', 'TIMED_OUT']);

export async function runKafka(schedule: KafkaSchedule, bugs: KafkaBugs = {}, keep = false): Promise<Result> {
  const run = new KafkaRun(schedule, bugs, keep);
  const mend = sabotage(bugs, partitions => run.world.kafka.client('probe').committed('job', partitions));
  try {
    return await run.run();
  } finally {
    mend();
  }
}

class KafkaRun {
  readonly world: KafkaWorld;
  readonly #schedule: KafkaSchedule;
  readonly #simulation: Simulation;
  readonly #input: Input;
  readonly #expected: readonly string[];
  readonly #violations: string[] = [];
  #next = 0;
  #restarts = 0;
  #looked = 0;
  /** From this step on nothing goes wrong any more. */
  #calmSince = Number.POSITIVE_INFINITY;
  /** So often in a row there was nothing to do. */
  #idle = 0;

  constructor(schedule: KafkaSchedule, bugs: KafkaBugs, keep: boolean) {
    this.#schedule = schedule;
    this.#simulation = new Simulation(schedule.seed, schedule.chances, keep);
    this.#simulation.failure = sentence => new TidemarkError('STORAGE_FAILED', sentence);
    this.#input = inputOf(schedule.seed % INPUTS);
    this.world = new KafkaWorld(this.#simulation, schedule, this.#input, bugs);
    this.#expected = PROGRAMS[schedule.program].expected(this.#input.elements);
  }

  async run(): Promise<Result> {
    for (let i = 0; i < this.#schedule.members; i++) this.world.start();
    await this.#simulation.run(moved => this.#go(moved));
    if (this.#violations.length === 0) {
      // What comes too much comes now.
      const end = this.#simulation.steps + AFTERMATH;
      await this.#simulation.run(moved => moved && this.#simulation.steps < end);
      this.#compare();
    }
    const { steps, schedule } = this.#simulation;
    return { violations: this.#violations, refused: undefined, steps, reached: this.world.reached, schedule };
  }

  /** Between two steps; false: it is over. */
  #go(moved: boolean): boolean {
    const { steps } = this.#simulation;
    this.#idle = moved ? 0 : this.#idle + 1;
    if (this.#idle > PATIENCE) this.#stuck();
    for (const member of this.world.members) if (member.outcome && member.process.alive) this.#ended(member);
    const happening = this.#schedule.happenings[this.#next];
    if (happening && steps >= happening.at) {
      this.#next++;
      this.#happen(happening);
    }
    if (!happening && !this.world.writing && !this.#isCalm) this.#settle();
    // Somebody looks after it that there is a process that is awake.
    if (this.world.alive.every(({ process }) => process.frozen)) this.world.start();
    if (steps === this.#calmSince + MOST_PATIENT) this.#endHanging();
    if (steps > this.#calmSince + ENOUGH_STEPS) this.#violations.push(`stuck: it takes too long; ${this.#difference()}`);
    if (this.#violations.length > 0) return false;
    if (!this.#isCalm || steps < this.#looked + LOOK) return true;
    this.#looked = steps;
    return this.#said().length < this.#expected.length || this.#difference() !== '';
  }

  #happen({ what, which, long }: Happening): void {
    const { world } = this;
    const { alive } = world;
    const member = alive[which % Math.max(1, alive.length)];
    if (what === 'start') {
      if (alive.length < MOST_MEMBERS) world.start();
    } else if (what === 'expire') world.expire(which);
    else if (what === 'trim') void world.trim(which);
    else if (!member) return;
    else if (what === 'crash') world.crash(member);
    else if (what === 'sleep') world.sleep(member, long);
    else if (what === 'evict') world.evict(member, long);
    else member.job.stop({ drain: what === 'drain' }).catch(() => undefined);
  }

  get #isCalm(): boolean {
    return this.#calmSince < Number.POSITIVE_INFINITY;
  }

  /** Those who wait for an answer that does not come: somebody ends their processes. */
  #endHanging(): boolean {
    const hanging = this.world.alive.filter(({ process }) => process.hanging > 0);
    for (const member of hanging) this.world.crash(member);
    if (hanging.length > 0) this.world.reached.add('killed while it hangs');
    return hanging.length > 0;
  }

  /** Nothing is left to do. Where a call hangs, somebody ends the process; any other must have come on by itself. */
  #stuck(): void {
    if (this.#endHanging()) return;
    if (this.world.alive.length > 0 && this.#next >= this.#schedule.happenings.length) {
      const states = this.world.alive.map(({ process, job }) => `p${process.id} is ${job.status.state}`);
      this.#violations.push(`stuck: nothing is left to do, and ${states.join(', ')}; ${this.#difference()}`);
    } else this.#simulation.steps++;
  }

  #ended(member: Member): void {
    const { outcome } = member;
    this.world.bury(member);
    if (outcome === 'stopped' || outcome === undefined) return;
    this.world.reached.add(`job ended by ${outcome.code}`);
    if (!PASSING.has(outcome.code)) this.#violations.push(`failed: ${outcome.code}: ${outcome.message}`);
    else if (++this.#restarts > MOST_RESTARTS)
      this.#violations.push(`stuck: restarted ${this.#restarts} times, at last for ${outcome.message}`);
  }

  /** From now on nothing goes wrong any more: what is left is done by whoever is there. */
  #settle(): void {
    this.#calmSince = this.#simulation.steps;
    this.#simulation.note('nothing goes wrong any more');
    this.#simulation.calm();
    for (const member of this.world.alive) {
      this.world.wake(member);
      this.world.revive(member);
    }
    this.world.start();
  }

  #said(): string[] {
    return PROGRAMS[this.#schedule.program].said(topic => this.world.kafka.read(topic));
  }

  /** What is missing or too much; empty: nothing. */
  #difference(): string {
    const left = [...this.#expected];
    const more: string[] = [];
    for (const row of this.#said()) {
      const at = left.indexOf(row);
      if (at < 0) more.push(row);
      else left.splice(at, 1);
    }
    if (left.length + more.length === 0) return '';
    return `missing: ${left.slice(0, 5).join(', ') || 'nothing'}; too much: ${more.slice(0, 5).join(', ') || 'nothing'}`;
  }

  #compare(): void {
    const difference = this.#difference();
    if (difference !== '') this.#violations.push(difference);
  }
}

const inputs = new Map<number, Input>();

function inputOf(number: number): Input {
  let input = inputs.get(number);
  if (!input) inputs.set(number, (input = makeInput(number)));
  return input;
}

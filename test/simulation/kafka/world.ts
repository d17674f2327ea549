/** A Kafka in memory and the processes that share a job over it: each wait of a client for the network is a step of the simulation. */
import { TidemarkError } from '../../../src/errors.js';
import type { JobEvent } from '../../../src/job/jobEvent.js';
import { type KafkaFault, type KafkaStep, type KafkaTurn, type MemoryKafka, memoryKafka } from '../../../src/kafka/memoryKafka.js';
import type { KafkaClient } from '../../../src/kafka/port.js';
import { KafkaJob } from '../../../src/tasks/kafkaJob.js';
import { Objects } from '../places.js';
import type { Process } from '../process.js';
import type { Simulation } from '../simulation.js';
import { type KafkaBugs, withMistakes } from './bugs.js';
import { type Input, PARTITIONS, type Written } from './input.js';
import { OUTPUTS, PROGRAMS } from './programs.js';
import type { KafkaSchedule } from './schedules.js';

/** A process that has joined. */
export interface Member {
  readonly process: Process;
  readonly client: KafkaClient;
  readonly job: KafkaJob<unknown>;
  /** How its job has ended. */
  outcome: 'stopped' | TidemarkError | undefined;
  /** It was given up, and does not know. */
  evicted: boolean;
}

/** Milliseconds after which a group gives a member up. */
const SESSION = 120;
/** Milliseconds after which a member hears of it. */
const HEARTBEAT = 40;

export class KafkaWorld {
  readonly kafka: MemoryKafka;
  readonly members: Member[] = [];
  readonly reached = new Set<string>();
  readonly #simulation: Simulation;
  readonly #schedule: KafkaSchedule;
  readonly #input: Input;
  readonly #bugs: KafkaBugs;
  readonly #place: Objects;
  /** What happens of itself: records come, sessions end. */
  readonly #cluster: Process;
  readonly #writer: KafkaClient;
  /** Ids with records that are neither committed nor aborted. */
  readonly #open = new Set<string>();
  #aborts = false;
  #unwritten: number;

  constructor(simulation: Simulation, schedule: KafkaSchedule, input: Input, bugs: KafkaBugs) {
    this.#simulation = simulation;
    this.#schedule = schedule;
    this.#input = input;
    this.#bugs = bugs;
    this.#place = new Objects(simulation);
    this.#cluster = simulation.start();
    this.kafka = memoryKafka({
      topics: { ...Object.fromEntries(input.topics.map(topic => [topic, PARTITIONS])), ...OUTPUTS },
      batch: 2,
      now: () => simulation.time,
      fault: step => this.#fault(step),
      pace: turn => this.#pace(turn),
    });
    this.#writer = this.kafka.client('writer');
    this.#unwritten = input.writes.length;
    for (const write of input.writes) this.#cluster.after(write.time, () => void this.#write(write));
  }

  /** Whether there is something that is still to be written. */
  get writing(): boolean {
    return this.#unwritten > 0;
  }

  /** Those whose processes are at work, or will be when they wake up. */
  get alive(): Member[] {
    return this.members.filter(({ process, outcome }) => process.alive && outcome === undefined);
  }

  start(): Member {
    const process = this.#simulation.start();
    const client = this.kafka.client(`p${process.id}`);
    const { program, tasks } = this.#schedule;
    const seen = withMistakes(client, this.#bugs, {
      process,
      stale: () => this.#draws(this.#schedule.stale),
      reach: what => this.reached.add(what),
    });
    const job = new KafkaJob<unknown>(PROGRAMS[program].build(seen, this.#input.topics, tasks), {
      name: 'job',
      storage: this.#place.storage(process),
      schedule: { every: 60, minPause: 5, tolerableFailures: 3 },
      timeout: 2000,
      retain: 2,
      clock: process.clock,
      dropped: new Set(),
      from: undefined,
      host: undefined,
      state: undefined,
      env: process,
    });
    const member: Member = { process, client, job, outcome: undefined, evicted: false };
    job.events.subscribe(event => this.#hear(event, member));
    job.values.subscribe({ error: () => undefined });
    job.done.then(
      () => {
        member.outcome = 'stopped';
      },
      error => {
        member.outcome = error instanceof TidemarkError ? error : new TidemarkError('BAD_VALUE', `not ours: ${error?.stack ?? error}`);
      },
    );
    this.members.push(member);
    this.#simulation.note(`p${process.id} joins`);
    return member;
  }

  /** The process is gone; what it had asked for may still happen. Its group waits for it. */
  crash(member: Member): void {
    this.#simulation.note(`p${member.process.id} dies`);
    this.#simulation.kill(member.process);
    this.#cluster.after(SESSION, () => this.kafka.crash(member.client));
  }

  /** A process that has ended by itself. Its connections are closed by the system. */
  bury(member: Member): void {
    this.#simulation.kill(member.process);
    this.kafka.crash(member.client);
  }

  sleep(member: Member, long: number): void {
    const { process } = member;
    if (process.frozen) return;
    this.#simulation.note(`p${process.id} sleeps`);
    this.#simulation.freeze(process);
    if (long > SESSION) this.#cluster.after(SESSION, () => this.#evict(member));
    this.#cluster.after(long, () => this.wake(member));
  }

  wake(member: Member): void {
    const { process } = member;
    if (!process.frozen) return;
    this.#simulation.note(`p${process.id} wakes up`);
    this.#simulation.thaw(process);
    if (member.evicted) {
      this.reached.add('woke up as nobody');
      this.#cluster.after(HEARTBEAT, () => this.revive(member));
    }
  }

  /** It goes on for a while as if it were a member. */
  evict(member: Member, long: number): void {
    this.#evict(member);
    this.#cluster.after(long, () => this.revive(member));
  }

  revive(member: Member): void {
    if (!member.evicted || member.process.frozen || !member.process.alive) return;
    member.evicted = false;
    this.#simulation.note(`p${member.process.id} hears that it was given up`);
    this.kafka.revive(member.client).catch(() => undefined);
  }

  /** Deletes what all tasks have read of a partition. */
  async trim(which: number): Promise<void> {
    const partition = { topic: this.#input.topics[which % this.#input.topics.length] as string, partition: which % PARTITIONS };
    const [position] = await this.#writer.committed('job', [partition]);
    if (!position || position.offset === 0) return;
    this.reached.add('trimmed');
    this.kafka.trim(partition, position.offset);
  }

  expire(which: number): void {
    const stage = this.#schedule.program === 'stages' && which % 2 === 1 ? 'job-r-0' : undefined;
    const id = stage ?? `job-${which % this.#schedule.tasks}`;
    if (this.#open.delete(id)) this.reached.add('expired while it was open');
    this.kafka.expire(id);
  }

  #evict(member: Member): void {
    if (!member.process.alive || member.outcome !== undefined || member.evicted) return;
    member.evicted = true;
    this.#simulation.note(`p${member.process.id} is given up by its group`);
    this.kafka.evict(member.client);
  }

  async #write({ how, records }: Written): Promise<void> {
    const outputs = records.map(({ topic, partition, element }) => ({ topic, partition, value: JSON.stringify(element) }));
    this.#simulation.note(`records come ${how}: ${records.map(({ element: { id }, partition }) => `${id} in ${partition}`)}`);
    if (how === 'plainly') this.kafka.write(outputs);
    else {
      const id = how === 'aborted' ? `aborting-${this.#unwritten}` : 'writer';
      const transactor = await this.#writer.acquire(id);
      this.#aborts = how === 'aborted';
      const committed = transactor.commit({ records: outputs });
      await committed.catch(() => undefined);
      this.#aborts = false;
      // Readers wait at an open transaction.
      if (how === 'aborted') this.#cluster.after(30, () => this.kafka.expire(id));
    }
    this.#unwritten--;
  }

  #fault({ client, call, of }: KafkaStep): KafkaFault {
    if (client === 'writer') return this.#aborts && call === 'end' ? 'before' : undefined;
    if (call === 'append') this.#open.add(of);
    else if (call === 'end') this.#open.delete(of);
    else if (call === 'acquire' && this.#open.delete(of)) this.reached.add('aborted by the next owner');
    if (this.#open.size > 1) this.reached.add('two transactions were open at once');
    if (!this.#simulation.draws('flaky')) return undefined;
    const fault = this.#simulation.random() < 0.5 ? 'before' : 'after';
    this.reached.add(`${call} failed ${fault}`);
    this.#simulation.note(`${client} ${call} ${of} fails ${fault} it is done`);
    return fault;
  }

  #pace({ client, call, of, answer }: KafkaTurn): Promise<void> {
    const member = this.members.find(({ process }) => `p${process.id}` === client);
    if (!member) return Promise.resolve();
    const label = `${call} ${of}`;
    return answer || call === 'read' || call === 'divide'
      ? member.process.pause(`${label}: ok`)
      : member.process.step(label, () => undefined);
  }

  #draws(thousandths: number): boolean {
    return thousandths > 0 && this.#simulation.random() < thousandths / 1000;
  }

  #hear(event: JobEvent, { process }: Member): void {
    if (this.#simulation.keeps)
      this.#simulation.note(`p${process.id} says ${JSON.stringify(event, (_, value) => (value instanceof Error ? value.message : value))}`);
    if (event.type !== 'task') return;
    const { event: inner } = event;
    this.reached.add(inner.type);
    if (inner.type === 'restarting') this.reached.add(`restarting by ${(inner.error as TidemarkError).code}`);
    if (inner.type !== 'log') return;
    const { event: log } = inner;
    this.reached.add(log.type === 'aborted' ? `aborted by ${log.error.code}` : log.type);
    if (log.type !== 'opened') return;
    this.reached.add(log.restored === undefined ? 'began anew' : 'restored');
    if (log.skipped.length > 0) this.reached.add('fell back');
  }
}

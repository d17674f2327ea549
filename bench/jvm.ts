/**
 * The JVM's side of the benchmark: the program in bench/jvm is built once, by Maven, into build/jvm, and then run as a process that
 * answers requests. It times itself, from the first event of a job to its last result, so that setting a job up is not counted.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Run } from './harness.js';
import { buildJava, classpathOf } from './maven.js';

/** The compiled benchmark lies in build/bench. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCES = join(ROOT, 'bench/jvm');
const BUILD = join(ROOT, 'build/jvm');

/** Java 17 closes its own packages, which Flink's serialisers look into. */
const OPENED = ['java.util', 'java.lang', 'java.time'].map(name => `--add-opens=java.base/${name}=ALL-UNNAMED`);

/**
 * Compiles the program, with the libraries it needs, unless that is done already.
 *
 * @returns what is in the way, in a few words; undefined when it is ready
 */
export function buildJvm(progress: (line: string) => void): Promise<string | undefined> {
  const announced = 'Maven builds the program for the JVM, into build/jvm; the first time it fetches its libraries.';
  return buildJava({ sources: SOURCES, build: BUILD, announced }, progress);
}

/** The versions that are measured, as the project file has them. */
export function versions(): { flink: string; kafka: string } {
  const project = readFileSync(join(SOURCES, 'pom.xml'), 'utf8');
  const of = (library: string): string => new RegExp(`<${library}\\.version>(.*?)<`).exec(project)?.[1] ?? '';
  return { flink: of('flink'), kafka: of('kafka') };
}

/** What a process of the JVM makes its events by; see `Workload.java`. */
export interface JvmJob {
  readonly kind: 'tumbling' | 'sliding' | 'session';
  /** Milliseconds; of a session, the gap. */
  readonly size: number;
  /** Milliseconds; 0 when windows do not slide. */
  readonly slide: number;
  readonly keys: number;
  readonly events: number;
  readonly eventsPerSecond: number;
}

export type JvmSystem = 'flink' | 'flink-chained' | 'kafka' | 'kafka-rocksdb';

/** A process with the events of one job. It ends when its standard input does, which is when this process ends. */
export class Jvm {
  readonly #input: NodeJS.WritableStream;
  readonly #answers: AsyncIterator<string>;
  #lastWords = '';

  constructor({ kind, size, slide, keys, events, eventsPerSecond }: JvmJob) {
    const classpath = classpathOf(BUILD);
    const words = [kind, size, slide, keys, events, eventsPerSecond].map(String);
    const running = spawn('java', ['-Xmx4g', ...OPENED, '-cp', classpath, 'Peers', ...words], { stdio: 'pipe' });
    running.stderr.on('data', (text: Buffer) => {
      this.#lastWords = `${this.#lastWords}${text.toString()}`.slice(-1_000);
    });
    this.#input = running.stdin;
    this.#answers = createInterface(running.stdout)[Symbol.asyncIterator]();
  }

  /** @throws Error with the last words of the process, when it has ended */
  async #answer(): Promise<string> {
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`The JVM has ended: ${this.#lastWords}`);
    return value;
  }

  /** Waits until the events are there. */
  async ready(): Promise<void> {
    await this.#answer();
  }

  /** Runs the job over the first events. */
  async run(system: JvmSystem, events: number): Promise<Run> {
    this.#input.write(`${system} ${events}\n`);
    return runOf(await this.#answer());
  }
}

/** An answer: milliseconds, number of results, checksum. */
export function runOf(answer: string): Run {
  const [took = Number.NaN, results = Number.NaN, checksum = Number.NaN] = answer.split(' ').map(Number);
  if (Number.isNaN(took + results + checksum)) throw new Error(`Expected an answer of the JVM, but found ${answer}`);
  return { took, results, checksum };
}

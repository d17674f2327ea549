/**
 * The JVM's side of the benchmark: the program in bench/jvm is built once, by Maven, into build/jvm, and then run as a process that
 * answers requests. It times itself, from the first event of a job to its last result, so that setting a job up is not counted.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Run } from './harness.js';

/** The compiled benchmark lies in build/bench. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCES = join(ROOT, 'bench/jvm');
const BUILD = join(ROOT, 'build/jvm');
const STAMP = join(BUILD, 'stamp');
const CLASSPATH = join(BUILD, 'classpath.txt');

/** Java 17 closes its own packages, which Flink's serialisers look into. */
const OPENED = ['java.util', 'java.lang', 'java.time'].map(name => `--add-opens=java.base/${name}=ALL-UNNAMED`);

/** Milliseconds. Where there is no registry, a client may try for ever. */
const PATIENCE = 600_000;

/** Maven says so much about each file that a line for so many of them is enough. */
const FILES_PER_LINE = 50;

/**
 * Compiles the program, with the libraries it needs, unless that is done already.
 *
 * @returns what is in the way, in a few words; undefined when it is ready
 */
export async function buildJvm(progress: (line: string) => void): Promise<string | undefined> {
  const java = await output('java', ['-version']);
  const version = javaVersion(java.text);
  if (java.failed || version === undefined) return 'there is no Java';
  if (version < 17) return `Java is ${version}, and 17 is needed`;
  const stamp = stampOf(readdirSync(SOURCES).sort());
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) return undefined;
  progress('Maven builds the program for the JVM, into build/jvm; the first time it fetches its libraries.');
  mkdirSync(BUILD, { recursive: true });
  let files = 0;
  const options = [`-Dmaven.repo.local=${join(BUILD, 'repository')}`, `-Dmdep.outputFile=${CLASSPATH}`];
  const maven = await output('mvn', ['-B', '-f', join(SOURCES, 'pom.xml'), ...options, 'compile', 'dependency:build-classpath'], line => {
    if (line.includes('Downloaded') && ++files % FILES_PER_LINE === 0) progress(`Maven: ${files} files`);
  });
  if (maven.failed) return `Maven did not build it: ${reasonOf(maven.text)}`;
  writeFileSync(STAMP, stamp);
  return undefined;
}

/** The feature number in what `java -version` prints. */
export function javaVersion(text: string): number | undefined {
  const found = /version "(?:1\.)?(\d+)/.exec(text);
  return found ? Number(found[1]) : undefined;
}

/** The first error of Maven in short, without addresses. */
export function reasonOf(text: string): string {
  const line = text.split('\n').find(each => each.includes('ERROR')) ?? 'it could not be started, or took too long';
  const plain = line.replace(/^.*?ERROR\S*\s*/, '').replace(/\(?\w+:\/\/\S+/g, '...');
  return plain.length > 160 ? `${plain.slice(0, 160)}...` : plain;
}

function stampOf(names: readonly string[]): string {
  const hash = createHash('sha256');
  for (const name of names) hash.update(name).update(readFileSync(join(SOURCES, name)));
  return hash.digest('hex');
}

/** The versions that are measured, as the project file has them. */
export function versions(): { flink: string; kafka: string } {
  const project = readFileSync(join(SOURCES, 'pom.xml'), 'utf8');
  const of = (library: string): string => new RegExp(`<${library}\\.version>(.*?)<`).exec(project)?.[1] ?? '';
  return { flink: of('flink'), kafka: of('kafka') };
}

/** Runs a command to its end; what it printed on either stream. */
function output(
  command: string,
  args: readonly string[],
  line: (line: string) => void = () => {},
): Promise<{ failed: boolean; text: string }> {
  const running = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE });
  const lines: string[] = [];
  for (const stream of [running.stdout, running.stderr]) {
    createInterface(stream).on('line', said => {
      lines.push(said);
      line(said);
    });
  }
  return new Promise(resolve => {
    running.on('error', () => resolve({ failed: true, text: '' }));
    running.on('close', code => resolve({ failed: code !== 0, text: lines.join('\n') }));
  });
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
    const classpath = [join(BUILD, 'target/classes'), readFileSync(CLASSPATH, 'utf8').trim()].join(delimiter);
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

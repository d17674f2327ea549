/**
 * Maven, for what needs programs of the JVM: the benchmark against Flink and Kafka Streams, and a Kafka broker for tests. It fetches from
 * Maven Central, from where the user's own settings say, or from the mirror whose address TIDEMARK_MAVEN_MIRROR holds; each file is held
 * against its checksum.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

/** Milliseconds. Where there is no registry, a client may try for ever. */
const PATIENCE = 600_000;

/** Maven says so much about each file that a line for so many of them is enough. */
const FILES_PER_LINE = 50;

export interface MavenRun {
  /** The project file. */
  readonly pom: string;
  /** Where Maven keeps what it has fetched. */
  readonly repository: string;
  /** Goals and options. */
  readonly args: readonly string[];
  readonly progress: (line: string) => void;
}

/**
 * Runs Maven to its end.
 *
 * @returns what went wrong, in a few words; undefined when all went well
 */
export async function maven({ pom, repository, args, progress }: MavenRun): Promise<string | undefined> {
  const mirror = process.env.TIDEMARK_MAVEN_MIRROR;
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-maven-'));
  const settings = join(folder, 'settings.xml');
  if (mirror) writeFileSync(settings, settingsOf(mirror));
  try {
    let files = 0;
    const options = ['-B', '--strict-checksums', '-f', pom, `-Dmaven.repo.local=${repository}`, ...(mirror ? ['-s', settings] : [])];
    const { failed, text } = await output('mvn', [...options, ...args], line => {
      if (line.includes('Downloaded') && ++files % FILES_PER_LINE === 0) progress(`Maven: ${files} files`);
    });
    return failed ? reasonOf(text) : undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A program that is to be built. */
export interface JavaProgram {
  /** Its folder: `pom.xml` and sources. */
  readonly sources: string;
  /** Where it is built. */
  readonly build: string;
  /** What is said before. */
  readonly announced: string;
}

/**
 * Compiles a program, with the libraries it needs, unless that is done already.
 *
 * @returns what is in the way, in a few words; undefined when it is ready
 */
export async function buildJava({ sources, build, announced }: JavaProgram, progress: (line: string) => void): Promise<string | undefined> {
  const missing = await javaMissing(17);
  if (missing !== undefined) return missing;
  const hash = createHash('sha256');
  for (const name of readdirSync(sources).sort()) hash.update(name).update(readFileSync(join(sources, name)));
  const [stamp, file] = [hash.digest('hex'), join(build, 'stamp')];
  if (existsSync(file) && readFileSync(file, 'utf8') === stamp) return undefined;
  progress(announced);
  mkdirSync(build, { recursive: true });
  const args = ['compile', 'dependency:build-classpath', `-Dmdep.outputFile=${classpathFile(build)}`];
  const reason = await maven({ pom: join(sources, 'pom.xml'), repository: join(build, 'repository'), args, progress });
  if (reason !== undefined) return `Maven did not build it: ${reason}`;
  writeFileSync(file, stamp);
  return undefined;
}

/** Of a program that is built, for `java -cp`. */
export function classpathOf(build: string): string {
  return [join(build, 'target/classes'), readFileSync(classpathFile(build), 'utf8').trim()].join(delimiter);
}

function classpathFile(build: string): string {
  return join(build, 'classpath.txt');
}

/** What is in the way of a program that needs such a Java, in a few words; undefined: nothing. */
export async function javaMissing(needed: number): Promise<string | undefined> {
  const { failed, text } = await output('java', ['-version']);
  const version = javaVersion(text);
  if (failed || version === undefined) return 'there is no Java';
  return version < needed ? `Java is ${version}, and ${needed} is needed` : undefined;
}

/** Settings with a mirror of Maven Central. */
export function settingsOf(mirror: string): string {
  const url = mirror.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<settings><mirrors><mirror><id>mirror</id><mirrorOf>central</mirrorOf><url>${url}</url></mirror></mirrors></settings>\n`;
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

/** The jars of a Kafka broker, in a folder of the user's cache: fetched once for each version. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { javaMissing, maven } from '../maven.js';

/** Beside this file, or where its source is once it is compiled. */
const POM = ['pom.xml', '../../../bench/kafka/pom.xml']
  .map(path => fileURLToPath(new URL(path, import.meta.url)))
  .find(existsSync) as string;

/** What the tests are held to. */
export const DEFAULT_VERSION = '3.9.1';

/** What `npm run test:kafka4` is about: the newest brokers, to which the tests are not held yet. */
export const NEXT_VERSION = '4.1.0';

export interface Jars {
  readonly version: string;
  /** For `java -cp`. */
  readonly classpath: string;
}

/** The version that TIDEMARK_KAFKA_VERSION asks for, or the one that the tests are held to. */
export function chosenVersion(): string {
  return process.env.TIDEMARK_KAFKA_VERSION || DEFAULT_VERSION;
}

/**
 * Fetches the jars of a version unless they are there.
 *
 * @returns a text, which says what is in the way, where they cannot be had
 */
export async function kafkaJars(version: string, progress: (line: string) => void): Promise<Jars | string> {
  // Kafka 4 asks for Java 17 in the broker, Kafka 3.9 for 11.
  const missing = await javaMissing(version.startsWith('3.') ? 11 : 17);
  if (missing !== undefined) return missing;
  const pom = createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 12);
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tidemark');
  const folder = join(cache, `kafka-${version}-${pom}`);
  const jars = { version, classpath: join(folder, '*') };
  if (existsSync(folder)) return jars;
  progress(`Maven fetches Kafka ${version} into ${cache}: about 50 MB, once.`);
  mkdirSync(cache, { recursive: true });
  // Beside its place, and renamed when it is whole: others may be at it too, and a fetch may be cut short.
  const own = mkdtempSync(join(cache, 'fetch-'));
  try {
    const args = [
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${join(own, 'jars')}`,
      `-Dkafka.version=${version}`,
    ];
    const reason = await maven({ pom: POM, repository: join(own, 'repository'), args, progress });
    if (reason !== undefined) return `Maven did not fetch it: ${reason}`;
    try {
      renameSync(join(own, 'jars'), folder);
    } catch (error) {
      // Another was first.
      if (!existsSync(folder)) throw error;
    }
    return jars;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** Kafka Streams in a process of the JVM, doing what the other contenders do; built by Maven into build/kafka-streams. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildJava, classpathOf } from '../maven.js';
import type { Running } from './races.js';

/** The compiled benchmark lies in build/bench/kafka. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SOURCES = join(ROOT, 'bench/kafka/streams');
const BUILD = join(ROOT, 'build/kafka-streams');

export interface StreamsSpec {
  readonly address: string;
  readonly input: string;
  readonly output: string;
  readonly name: string;
  readonly guarantee: 'at_least_once' | 'exactly_once_v2';
  /** For its state. */
  readonly folder: string;
}

/** @returns what is in the way, in a few words; undefined when it is ready */
export function buildStreams(progress: (line: string) => void): Promise<string | undefined> {
  const announced = 'Maven builds Kafka Streams into build/kafka-streams; the first time it fetches about 100 MB.';
  return buildJava({ sources: SOURCES, build: BUILD, announced }, progress);
}

export function startStreams({ address, input, output, name, guarantee, folder }: StreamsSpec): Running {
  const classpath = classpathOf(BUILD);
  const args = ['-Xmx1g', '-cp', classpath, 'Sums', address, input, output, name, guarantee, folder];
  const running = spawn('java', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const over = new Promise<void>(resolve => running.once('exit', () => resolve()));
  const usages: ((milliseconds: number) => void)[] = [];
  const begun = new Promise<number>((resolve, reject) => {
    createInterface(running.stdout).on('line', line => {
      const [word, number] = line.split(' ');
      if (word === 'begun') resolve(Number(number));
      if (word === 'cpu') usages.shift()?.(Number(number));
    });
    void over.then(() => reject(new Error('it has ended')));
  });
  begun.catch(() => undefined);
  return {
    begun,
    async usage() {
      const word = new Promise<number>(resolve => usages.push(resolve));
      running.stdin.write('cpu\n');
      const milliseconds = await Promise.race([word, over]);
      const status = /VmRSS:\s+(\d+)/.exec(
        existsSync(`/proc/${running.pid}/status`) ? readFileSync(`/proc/${running.pid}/status`, 'utf8') : '',
      );
      return milliseconds === undefined ? undefined : { milliseconds, megabytes: status ? Number(status[1]) / 1024 : Number.NaN };
    },
    async kill() {
      running.kill('SIGKILL');
      await over;
    },
  };
}

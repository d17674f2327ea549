/**
 * A Kafka broker of its own: one process of the JVM that is broker and controller (KRaft), on free ports of this machine, with a small heap
 * and its data in a temporary folder. It ends, and its data goes, when it is stopped or when the process that started it ends.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePort } from '../postgresServer.js';
import { chosenVersion, type Jars, kafkaJars } from './jars.js';

export interface Broker {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  readonly version: string;
  /** Ends the process at once, as a crash does; the data stays. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port, with the data that is there. */
  restart(): Promise<void>;
  /** Ends it, and deletes its data. */
  stop(): Promise<void>;
}

const HEAP = [
  '-Xms64m',
  '-Xmx320m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:MaxMetaspaceSize=160m',
  '-Djava.awt.headless=true',
];
const CLUSTER = '4L6g3nShT-eMCtK--X86sw';
const READY = /Kafka Server started/;
/** Milliseconds. Three seconds are usual. */
const PATIENCE = 60_000;

const LOGGING = `log4j.rootLogger=INFO, stdout
log4j.appender.stdout=org.apache.log4j.ConsoleAppender
log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
log4j.appender.stdout.layout.ConversionPattern=%d{HH:mm:ss,SSS} %p %c{1} %m%n
`;

/** Between this process and the broker: its standard input ends with this process, and then it ends the broker and deletes the data. */
const GUARD = `
  const { spawn } = require('node:child_process');
  const [folder, command, ...args] = process.argv.slice(1);
  const broker = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  let orphaned = true;
  process.stdin.on('data', () => (orphaned = false)).on('end', () => broker.kill('SIGKILL')).resume();
  broker.on('exit', code => {
    if (orphaned && process.stdin.readableEnded) require('node:fs').rmSync(folder, { recursive: true, force: true });
    process.exit(code ?? 1);
  });
`;

/** One node, with as few threads, partitions and delays as it can have. (The defaults ask for three nodes and wait for members.) */
export function properties(folder: string, port: number, controller: number): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs=${folder.replaceAll('\\', '/')}/data
auto.create.topics.enable=false
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
transaction.abort.timed.out.transaction.cleanup.interval.ms=500
broker.heartbeat.interval.ms=200
broker.session.timeout.ms=1000
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.dedupe.buffer.size=2097152
log.cleaner.backoff.ms=500
num.network.threads=2
num.io.threads=2
background.threads=2
log.index.size.max.bytes=1048576
`;
}

/**
 * Starts a broker. The first time its jars are fetched.
 *
 * @returns a text, which says what is in the way, where there can be none
 */
export async function startBroker(progress: (line: string) => void, version: string = chosenVersion()): Promise<Broker | string> {
  const jars = await kafkaJars(version, progress);
  return typeof jars === 'string' ? jars : begin(jars);
}

async function begin({ version, classpath }: Jars): Promise<Broker> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-kafka-'));
  const settings = join(folder, 'server.properties');
  const logging = join(folder, 'log4j.properties');
  const port = await freePort();
  writeFileSync(settings, properties(folder, port, await freePort()));
  writeFileSync(logging, LOGGING);
  const java = [...HEAP, `-Dlog4j.configuration=file:${logging}`, '-cp', classpath];
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const start = (): Promise<ChildProcess> => launch(folder, [...java, 'kafka.Kafka', settings]);
  let running: ChildProcess;
  try {
    await promisify(execFile)('java', [...java, 'kafka.tools.StorageTool', 'format', '-t', CLUSTER, '-c', settings]);
    running = await start();
  } catch (error) {
    remove();
    throw error;
  }
  const kill = async (): Promise<void> => {
    if (running.exitCode !== null || running.signalCode !== null) return;
    const over = new Promise(resolve => running.once('exit', resolve));
    // Any word: the data is wanted still.
    running.stdin?.end('keep');
    await over;
  };
  return {
    address: `127.0.0.1:${port}`,
    version,
    kill,
    async restart() {
      running = await start();
    },
    async stop() {
      await kill();
      remove();
    },
  };
}

/** Resolves when the broker says that it is ready; rejects with its last words when it ends before. */
function launch(folder: string, args: readonly string[]): Promise<ChildProcess> {
  // A group of its own: what a terminal interrupts is this process, which has an orderly end for both.
  const guard = spawn(process.execPath, ['-e', GUARD, folder, 'java', ...args], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  return new Promise((resolve, reject) => {
    const last: string[] = [];
    const timer = setTimeout(() => guard.stdin.end('keep'), PATIENCE);
    for (const stream of [guard.stdout, guard.stderr]) {
      createInterface(stream).on('line', line => {
        last.push(line);
        if (last.length > 20) last.shift();
        if (!READY.test(line)) return;
        clearTimeout(timer);
        resolve(guard);
      });
    }
    guard.on('error', reject);
    guard.once('exit', () => {
      clearTimeout(timer);
      reject(new Error(`The Kafka broker has ended:\n${last.join('\n')}`));
    });
  });
}

/** The broker for tests: that it is one, that it outlives a crash, and that it ends with who started it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { properties } from '../../bench/kafka/broker.js';
import { ROOT } from '../built.js';
import { sharedBroker } from './shared.js';

const address = await sharedBroker();

describe.skipIf(!address)('the shared broker', () => {
  it('is one node that makes topics', async () => {
    const admin = new Kafka({ brokers: [address as string], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    expect((await admin.describeCluster()).brokers.length).toBeGreaterThan(0);
    await admin.disconnect();
  });
});

describe.skipIf(!address || process.env.KAFKA_BROKERS)('npm run kafka', () => {
  it.each([
    ['is interrupted', 'SIGINT'],
    ['is killed', 'SIGKILL'],
  ] as const)(
    'says where the broker is, which ends when the command %s',
    async (_how, signal) => {
      const running = spawn(process.execPath, ['--import', 'tsx', 'bench/kafka/main.ts'], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = (await once(createInterface(running.stdout), 'line')) as [string];
      const port = Number(/listens at 127\.0\.0\.1:(\d+), until ctrl-c/.exec(line)?.[1]);
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      // It may be reset rather than closed.
      const closed = new Promise(resolve =>
        socket
          .on('error', () => undefined)
          .resume()
          .once('close', resolve),
      );
      running.kill(signal);
      await closed;
    },
    60_000,
  );
});

describe('properties', () => {
  it('puts the data and the ports where they are told to', () => {
    const text = properties('/tmp/x', 1234, 5678);
    expect(text).toContain('listeners=PLAINTEXT://127.0.0.1:1234,CONTROLLER://127.0.0.1:5678\n');
    expect(text).toContain('log.dirs=/tmp/x/data\n');
  });
});

/**
 * Runs in the process of vitest, before its workers. Starts no broker, but listens for who needs one: the first starts it, all get its
 * address, and it ends with the run.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { TestProject } from 'vitest/node';
import { type Broker, startBroker } from '../../bench/kafka/broker.js';
import { NEXT_VERSION } from '../../bench/kafka/jars.js';
import type { Answer } from './shared.js';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Workers inherit it.
  if (project.vite.config.mode === 'kafka4') process.env.TIDEMARK_KAFKA_VERSION ||= NEXT_VERSION;
  let broker: Promise<Broker | string> | undefined;
  const answer = async (): Promise<Answer> => {
    const address = process.env.KAFKA_BROKERS;
    if (address) return { address };
    broker ??= startBroker(line => console.error(line));
    const started = await broker;
    return typeof started === 'string' ? { missing: started } : { address: started.address };
  };
  const server = createServer(socket => {
    // A worker may be gone before the broker is there.
    socket.on('error', () => undefined);
    answer()
      .catch((error: Error): Answer => ({ missing: error.message }))
      .then(found => socket.end(`${JSON.stringify(found)}\n`));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  project.provide('kafkaPort', (server.address() as AddressInfo).port);
  return async () => {
    server.close();
    const started = await broker?.catch(() => undefined);
    if (started && typeof started !== 'string') await started.stop();
  };
}

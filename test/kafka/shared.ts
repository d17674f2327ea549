/** The one broker of a test run. Each file that needs it asks here; the first that does waits for its start. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { inject } from 'vitest';

/** What the process that runs the tests answers: an address, or what is in the way. */
export type Answer = { readonly address: string } | { readonly missing: string };

declare module 'vitest' {
  interface ProvidedContext {
    /** The port at which that process answers. */
    readonly kafkaPort: number;
  }
}

/**
 * The broker's address: that of KAFKA_BROKERS, or of one that is started for this run. Undefined, after a loud line, where there can be
 * none; with CI=true that is an error.
 */
export async function sharedBroker(): Promise<string | undefined> {
  const socket = connect(inject('kafkaPort'), '127.0.0.1');
  const [line] = (await once(createInterface(socket), 'line')) as [string];
  socket.end();
  const answer = JSON.parse(line) as Answer;
  if ('address' in answer) return answer.address;
  const sentence = `No Kafka broker (${answer.missing}): its tests are NOT RUN. Install what it needs: apt-get install -y default-jre-headless maven`;
  if (process.env.CI === 'true') throw new Error(sentence);
  console.warn(sentence);
  return undefined;
}

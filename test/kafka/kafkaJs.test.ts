import { afterAll, beforeAll, describe, it } from 'vitest';
import type { KafkaBench } from './bench.js';
import { KAFKA_LAWS } from './contract.js';
import { realBench } from './realBench.js';
import { sharedBroker } from './shared.js';

const address = await sharedBroker();

describe.skipIf(!address)('the contract, on a real broker', () => {
  let bench: KafkaBench;
  beforeAll(async () => {
    bench = await realBench(address as string);
  });
  afterAll(() => bench?.close());

  for (const [name, law] of Object.entries(KAFKA_LAWS)) it(name, () => law(bench));
});

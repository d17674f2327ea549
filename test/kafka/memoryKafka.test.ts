import { describe, it } from 'vitest';
import { KAFKA_LAWS } from './contract.js';
import { memoryBench } from './memoryBench.js';

describe('the contract, in memory', () => {
  for (const [name, law] of Object.entries(KAFKA_LAWS)) it(name, () => law(memoryBench()));
});

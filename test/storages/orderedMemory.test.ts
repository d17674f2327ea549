import { describe, expect, it } from 'vitest';
import { orderedMemory } from '../../src/storages/orderedMemory.js';
import { stateBackendContract } from '../../src/testing/stateBackendContract.js';
import { holdTablesToModel } from './tableCommands.js';

describe('orderedMemory', () => {
  it.each(stateBackendContract(orderedMemory))('keeps the law: $name', law => law.run());

  it('agrees with a plain model, whatever is done to it', () => holdTablesToModel(orderedMemory, 100));

  it('says that it is not open', async () => {
    const backend = orderedMemory();
    expect(() => backend.table('t')).toThrow('orderedMemory(): it is not open. Call open() first');
    await backend.open();
    backend.table('t');
    await backend.close();
    expect(() => backend.table('t')).toThrow('it is not open');
  });
});

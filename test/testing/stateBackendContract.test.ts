import { describe, expect, it } from 'vitest';
import type { StateBackend } from '../../src/state/stateBackend.js';
import { orderedMemory } from '../../src/storages/orderedMemory.js';
import { stateBackendContract } from '../../src/testing/stateBackendContract.js';

describe('stateBackendContract', () => {
  it('has laws of different names, and says which backend breaks which law, and how', async () => {
    const laws = stateBackendContract(orderedMemory);
    expect(new Set(laws.map(law => law.name)).size).toBe(laws.length);
    const forgetful = (): StateBackend => {
      const good = orderedMemory();
      return {
        name: 'forgetful',
        open: () => good.open(),
        close: () => good.close(),
        table: name => {
          const table = good.table(name);
          return {
            get size() {
              return table.size;
            },
            get: () => undefined,
            range: (from, to, limit) => table.range(from, to, limit),
            write: changes => table.write(changes),
            clear: () => table.clear(),
          };
        },
      };
    };
    const law = stateBackendContract(forgetful).find(({ name }) => name.startsWith('data that are written again'));
    await expect(law?.run()).rejects.toThrow(
      /^stateBackendContract: forgetful breaks the law "data that .*" \(freshly opened\)\n.*\n {2}expected: what was replaced: \{"x":2\}\n {2}got: undefined$/,
    );
  });

  it('refuses what is no function', () => {
    expect(() => stateBackendContract(orderedMemory() as never)).toThrow('stateBackendContract: make must be a function');
  });
});

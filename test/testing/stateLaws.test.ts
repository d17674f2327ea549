import { describe, expect, it } from 'vitest';
import type { StateBackend, StateTable } from '../../src/state/stateBackend.js';
import { orderedMemory } from '../../src/storages/orderedMemory.js';
import { STATE_LAWS } from '../../src/testing/stateLaws.js';

type Change = Partial<{ [P in keyof StateTable]: (table: StateTable) => unknown }>;

/** A backend some of whose methods do something else. */
function wrong(change: Change, open?: (backend: StateBackend) => Promise<void>): StateBackend {
  const good = orderedMemory();
  return {
    name: 'wrong',
    open: () => (open ? open(good) : good.open()),
    close: () => good.close(),
    table: name => {
      const table = good.table(name);
      return new Proxy(table, {
        get(target, member) {
          const other = change[member as keyof StateTable];
          if (other) return other(target);
          const value = Reflect.get(target, member, target) as unknown;
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    },
  };
}

async function broken(backend: StateBackend): Promise<string[]> {
  const found: string[] = [];
  for (const [name, law] of Object.entries(STATE_LAWS)) {
    await backend.open();
    await law(backend).catch(() => found.push(name));
    await backend.close();
  }
  return found;
}

const shared = new Map<string, unknown>();

describe('the laws of a backend', () => {
  it('hold for a good one', async () => {
    expect(await broken(orderedMemory())).toEqual([]);
  });

  it.each<[string, Change, RegExp]>([
    [
      'forgets that it deletes',
      { write: t => (c: any) => t.write(c.filter(([, data]: any) => data !== undefined)) },
      /deleted ones are gone/,
    ],
    ['ignores the limit', { range: t => (from: any, to: any) => t.range(from, to, 1e9) }, /in order of bytes/],
    ['begins behind the first key', { range: t => (from: any, to: any, n: any) => t.range(`${from}\0`, to, n) }, /in order of bytes/],
    [
      'shares its data',
      { write: () => (c: any) => c.forEach(([k, d]: any) => shared.set(k, d)), get: () => (k: any) => shared.get(k) },
      /changes them/,
    ],
    ['does not clear', { clear: () => () => {} }, /tables stay apart/],
    [
      'cuts keys off',
      { get: t => (k: any) => t.get(k.slice(0, 1000)), write: t => (c: any) => t.write(c.map(([k, d]: any) => [k.slice(0, 1000), d])) },
      /told apart/,
    ],
  ])('find one that %s', async (_what, change, law) => {
    expect((await broken(wrong(change))).join('\n')).toMatch(law);
  });

  it('find one that is not empty when it is opened', async () => {
    let opened = false;
    const keeps = wrong({}, async good => {
      if (!opened) await good.open();
      opened = true;
    });
    const law = STATE_LAWS['it is empty when it is opened, also again; closing twice is no error'];
    await keeps.open();
    await expect(law?.(keeps)).rejects.toThrow();
  });
});

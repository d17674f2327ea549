/** Random commands on the tables of a backend and on plain maps, which must agree after each. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { StateBackend, StateChange } from '../../src/state/stateBackend.js';

type Model = Map<string, Map<string, unknown>>;
type Command = fc.AsyncCommand<Model, StateBackend>;

const table = fc.constantFrom('a', 'b');
const key = fc.oneof(fc.constantFrom('a', 'a\0', 'aa', 'b', '\xff', 'k'.repeat(1_950), 'k'.repeat(2_500)), fc.constantFrom(...'cdefgh'));
const data = fc.oneof(fc.integer(), fc.constant(undefined), fc.record({ n: fc.double(), list: fc.array(fc.string()) }));

function command<R>(name: string, model: (state: Model) => R, real: (backend: StateBackend) => R | Promise<R>): Command {
  return {
    check: () => true,
    async run(state, backend) {
      const expected = model(state);
      expect(await real(backend)).toEqual(expected);
    },
    toString: () => name,
  };
}

function of(model: Model, name: string): Map<string, unknown> {
  let found = model.get(name);
  if (!found) model.set(name, (found = new Map()));
  return found;
}

const sorted = (map: Map<string, unknown>): [string, unknown][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

const write = fc.tuple(table, fc.uniqueArray(fc.tuple(key, data), { selector: ([k]) => k, maxLength: 6 })).map(([name, changes]) =>
  command<void>(
    `write ${name} ${JSON.stringify(changes)}`,
    model => {
      for (const [k, value] of changes) {
        if (value === undefined) of(model, name).delete(k);
        else of(model, name).set(k, value);
      }
    },
    backend => backend.table(name).write(changes as StateChange[]),
  ),
);

const get = fc.tuple(table, key).map(([name, k]) =>
  command<unknown>(
    `get ${name} ${k}`,
    model => of(model, name).get(k),
    backend => backend.table(name).get(k),
  ),
);

const range = fc.tuple(table, key, fc.option(key, { nil: undefined }), fc.nat(5)).map(([name, from, to, limit]) =>
  command<unknown>(
    `range ${name} ${from} ${to} ${limit}`,
    model =>
      sorted(of(model, name))
        .filter(([k]) => k >= from && (to === undefined || k < to))
        .slice(0, limit),
    backend => backend.table(name).range(from, to, limit),
  ),
);

const size = table.map(name =>
  command<unknown>(
    `size ${name}`,
    model => of(model, name).size,
    backend => backend.table(name).size,
  ),
);

const clear = table.map(name =>
  command<void>(
    `clear ${name}`,
    model => of(model, name).clear(),
    backend => backend.table(name).clear(),
  ),
);

const reopen = fc.constant(
  command<void>(
    'reopen',
    model => model.clear(),
    async backend => {
      await backend.close();
      await backend.open();
    },
  ),
);

/** Rejects if the backend and a plain model of it disagree. */
export async function holdTablesToModel(make: () => StateBackend, numRuns: number): Promise<void> {
  const commands = fc.commands([write, write, get, range, size, clear, reopen], { maxCommands: 40, size: 'max' });
  await fc.assert(
    fc.asyncProperty(commands, async drawn => {
      const backend = make();
      await backend.open();
      try {
        await fc.asyncModelRun(() => ({ model: new Map(), real: backend }), drawn);
      } finally {
        await backend.close();
      }
    }),
    { numRuns },
  );
}

/** The laws of a backend of working state: what each of them does with one, and what must come of it. */
import { encode } from '../checkpoint/encode.js';
import { show, TidemarkError } from '../errors.js';
import { numberBytes } from '../state/keyBytes.js';
import { AS_IT_IS, Overlay } from '../state/overlay.js';
import type { StateBackend, StateTable } from '../state/stateBackend.js';
import { StoredParts } from '../state/storedParts.js';
import { Breach } from './laws.js';
import { below, mulberry32, shuffle } from './random.js';

type Laws = Readonly<Record<string, (backend: StateBackend) => Promise<void>>>;

/** Data of all kinds. */
const KINDS: readonly unknown[] = [
  ...[null, true, false, 0, -0, NaN, Infinity, -1.5, 2 ** 53, '', 'text', '\u{1f30a}\ud83c\0', 12n, -(2n ** 200n), new Date(5)],
  ...[[], [1, [2, undefined]], {}, { a: { b: undefined } }, { b: 1, a: 2 }, new Map([[{ k: 1 }, new Set(['v'])]]), Uint8Array.of(1, 2, 3)],
];

export const STATE_LAWS: Laws = {
  'data read back as they were written, whatever plain data they are': async backend => {
    const table = backend.table('t');
    table.write(KINDS.map((data, i) => [numberBytes(i), data]));
    KINDS.forEach((data, i) => {
      same(`data ${i}`, data, table.get(numberBytes(i)));
    });
    same('data that are not there', undefined, table.get('none'));
  },
  'data that are written again replace those before, and deleted ones are gone': async backend => {
    const table = backend.table('t');
    table.write([
      ['a', 1],
      ['b', { x: 1 }],
    ]);
    table.write([
      ['a', { x: 2 }],
      ['b', undefined],
      ['c', undefined],
    ]);
    same('what was replaced', { x: 2 }, table.get('a'));
    same('what was deleted', undefined, table.get('b'));
    same('all', [['a', { x: 2 }]], table.range('\0', undefined, 10));
    table.write([['b', 3]]);
    same('what came back', 3, table.get('b'));
    same('how many there are', 2, table.size);
  },
  'neither what the writer does with data later, nor a reader, changes them': async backend => {
    const table = backend.table('t');
    const data = { list: [1] };
    table.write([['a', data]]);
    data.list.push(2);
    same('after the source was changed', { list: [1] }, table.get('a'));
    (table.get('a') as typeof data).list.push(3);
    for (const [, given] of table.range('a', undefined, 1)) (given as typeof data).list.push(4);
    same('after what was given was changed', { list: [1] }, table.get('a'));
  },
  'ranges are in order of bytes, from a key on and before another, no longer than asked for': async backend => {
    const table = backend.table('t');
    const keys = ['\0', '\0\0', '\0\x01', '\x01', 'A', 'a', 'a\0', 'aa', 'b', '\x7f', '\x80', '\xfe\xff', '\xff', '\xff\0', '\xff\xff'];
    table.write(shuffle(keys, mulberry32(1)).map(key => [key, key]));
    for (const from of [...keys, 'a\x01', '\xff\xff\xff'])
      for (const to of [...keys, undefined])
        for (const limit of [0, 1, 3, 100]) {
          const expected = keys.filter(key => key >= from && (to === undefined || key < to)).slice(0, limit);
          const came = table.range(from, to, limit);
          same(
            `the keys from ${show(from)} before ${show(to)}`,
            expected,
            came.map(([key]) => key),
          );
          same(
            'their data',
            expected,
            came.map(([, data]) => data),
          );
        }
  },
  'keys of some thousand bytes are told apart': async backend => {
    const table = backend.table('t');
    const keys = ['x', 'y'].flatMap(end => [1_000, 1_899, 1_900, 1_901, 5_000].map(length => 'k'.repeat(length) + end));
    table.write(keys.map((key, i) => [key, i]));
    keys.forEach((key, i) => {
      same(`data of a key of ${key.length} bytes`, i, table.get(key));
    });
    const listed = table.range('k', undefined, 100);
    same('all keys', [...keys].sort(), listed.map(([key]) => key).sort());
    table.write(keys.map(key => [key, undefined]));
    same('how many are left', 0, table.size);
  },
  'tables stay apart, and a name is the same table each time': async backend => {
    const names = ['a', 'b', 'a/b', '', 'ä\0', 'x'.repeat(600)];
    names.forEach((name, i) => {
      backend.table(name).write([['key', i]]);
    });
    names.forEach((name, i) => {
      same(`data of table ${show(name)}`, i, backend.table(name).get('key'));
    });
    backend.table('a').clear();
    same('a table that was cleared', [undefined, 0], [backend.table('a').get('key'), backend.table('a').size]);
    same('its neighbour', 1, backend.table('b').get('key'));
  },
  'thousands of changes at once are seen by what is read next': async backend => {
    const table = backend.table('t');
    const keys = Array.from({ length: 5_000 }, (_, i) => numberBytes(i));
    table.write(shuffle(keys, mulberry32(2)).map((key): [string, unknown] => [key, { key }]));
    same('how many there are', keys.length, table.size);
    same(
      'the first of them',
      keys.slice(0, 600),
      table.range('\0', undefined, 600).map(([key]) => key),
    );
    table.write(keys.filter((_, i) => i % 2 > 0).map(key => [key, undefined]));
    same('how many are left', keys.length / 2, table.size);
    same('one of them', { key: keys[4998] }, table.get(keys[4998] as string));
  },
  'what cannot be kept in a checkpoint is refused with UNSTORABLE, and nothing is changed with it': async backend => {
    const table = backend.table('t');
    table.write([['a', 1]]);
    const came = codeOf(() =>
      table.write([
        ['a', 2],
        ['b', () => 1],
      ]),
    );
    same('the refusal', 'UNSTORABLE', came);
    same('what was there', [['a', 1]], table.range('\0', undefined, 10));
    table.write([['b', 2]]);
    same('what is written after that', 2, table.get('b'));
  },
  'it is empty when it is opened, also again; closing twice is no error': async backend => {
    backend.table('t').write([['a', 1]]);
    await backend.close();
    await backend.close();
    await backend.open();
    same('a table of before', [undefined, 0], [backend.table('t').get('a'), backend.table('t').size]);
    backend.table('t').write([['b', 1]]);
    await backend.open();
    same('a table of before it was opened while open', 0, backend.table('t').size);
  },
  'few entries at hand of many are as all of them in a map': async backend => {
    for (let seed = 0; seed < 20; seed++) overlaid(backend.table('t'), seed);
  },
  'a cut that is read while entries change is as it was at its barrier': async backend => {
    for (let seed = 0; seed < 20; seed++) cutting(backend, seed);
  },
};

/** Random calls of an overlay and of a map. */
function overlaid(table: StateTable, seed: number): void {
  const random = mulberry32(seed);
  const overlay = new Overlay<string, { n: number }>(table, AS_IT_IS, below(random, 4), key => key);
  const model = new Map<string, number>();
  for (let step = 0; step < 200; step++) {
    const key = `k${below(random, 12)}`;
    const what = below(random, 6);
    if (what < 3) {
      const value = overlay.get(key) ?? { n: 0 };
      value.n += step;
      overlay.put(key, value);
      model.set(key, (model.get(key) ?? 0) + step);
    } else if (what < 4) {
      overlay.delete(key);
      model.delete(key);
    } else if (what < 5) overlay.settle();
    else {
      const all = [...model].sort().map(([k, n]) => [k, { n }]);
      same(`the range at step ${step} of seed ${seed}`, all, overlay.range('k', 'l', 100));
    }
    same(`the value of ${key} at step ${step} of seed ${seed}`, model.get(key), overlay.get(key)?.n);
    same(`the size at step ${step} of seed ${seed}`, model.size, overlay.size);
  }
}

/** Entries that come, change and go while cuts of them are read. */
function cutting(backend: StateBackend, seed: number): void {
  const random = mulberry32(seed);
  const entries = new Map<number, { mark: number; value: number }>();
  const parts = new StoredParts(backend, 'p', below(random, 8), {
    dump(number, _label, cut) {
      const { mark, value } = entries.get(number) as { mark: number; value: number };
      return mark > cut ? undefined : [number, value];
    },
    assemble: (_block, some) => some,
    settle: () => parts.settle(),
  });
  /** All entries at a cut, and what has been read of it. */
  interface OpenCut {
    readonly number: number;
    readonly since: number;
    readonly expected: readonly (readonly [number, number])[];
    readonly parts: Iterator<{ readonly id: number; readonly data?: unknown }>;
    readonly read: Map<number, unknown>;
  }
  const done = new Map<number, ReadonlyMap<number, unknown>>([[0, new Map()]]);
  let open: OpenCut[] = [];
  let born = 0;
  const read = (cut: OpenCut): void => {
    const { value, done: isOver } = cut.parts.next();
    if (!isOver) {
      cut.read.set(value.id, 'data' in value ? value.data : done.get(cut.since)?.get(value.id));
      return;
    }
    open = open.filter(other => other !== cut);
    done.set(cut.number, cut.read);
    same(`cut ${cut.number} since ${cut.since} of seed ${seed}`, cut.expected, [...cut.read.values()].flat());
  };
  for (let step = 0, number = 0; step < 300; step++) {
    const what = below(random, 10);
    const [at] = shuffle([...entries.keys()], random);
    const entry = entries.get(at ?? -1);
    if (what < 3) {
      born += 1 + below(random, 9);
      entries.set(born, { mark: parts.epoch, value: step });
      parts.born(born, `${born}`);
    } else if (what < 7 && entry) {
      parts.touch(at as number, entry.mark, () => [at, entry.value]);
      entry.mark = parts.epoch;
      if (what < 6) entry.value = step;
      else {
        parts.died(at as number);
        entries.delete(at as number);
      }
    } else if (what === 7) {
      const [since] = shuffle([...done.keys()], random);
      const expected = [...entries].map(([id, { value }]) => [id, value] as const).sort((a, b) => a[0] - b[0]);
      number++;
      open.push({ number, since: since as number, expected, parts: parts.take(number, since as number), read: new Map() });
    } else if (open[0]) read(open[below(random, open.length)] as OpenCut);
    parts.settle();
  }
  while (open[0]) read(open[0]);
}

function codeOf(call: () => unknown): string {
  try {
    call();
    return 'no error';
  } catch (error) {
    return error instanceof TidemarkError ? error.code : String(error);
  }
}

/** Compared as bytes of a checkpoint, which tell apart what differs. */
function same(what: string, expected: unknown, came: unknown): void {
  const [wanted, got] = [encode([expected]), encode([came])];
  if (wanted.length !== got.length || wanted.some((byte, i) => byte !== got[i])) throw new Breach(`${what}: ${show(expected)}`, show(came));
}

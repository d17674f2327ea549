/** Savepoints of every format that was ever written are read, and gone on from, for ever. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { defineSink, type EventStream, memoryStorage, plan, type RunOptions, run, type SinkWork, savepointFrom } from '../../src/index.js';
import { SinkWorld, TestSink } from '../checkpoint/sinks.js';
import { EVERY_OPERATOR, JOINS, type Reading } from '../job/everyOperator.js';

/** The format that is written today. */
const FORMAT = 1;
const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'savepoints');
const PIPELINES = { ...EVERY_OPERATOR, ...JOINS };

/** The same for all files of all times. */
const VALUES: readonly Reading[] = Array.from({ length: 60 }, (_, id) => ({
  id,
  key: 'abc'[(id * 7) % 3] as string,
  at: id * 6 - ((id * 13) % 5) * 5,
  value: ((id * 11) % 9) - 4,
})).map(reading => ({ ...reading, at: Math.max(0, reading.at) }));

const nameOf = (what: string): string => what.replaceAll(/[ ,]+/g, '-');

function begin(what: string, world: SinkWorld, options: Partial<RunOptions> = {}) {
  const work = (): SinkWork<any> => new TestSink('outbox', world) as unknown as SinkWork<any>;
  const pipeline = PIPELINES[what]?.(VALUES) as EventStream<any>;
  const stream = pipeline.pipe(defineSink<any>({ kind: 'toWorld', name: 'out', mode: 'outbox', create: work })) as EventStream<any>;
  return run(stream, { name: 'golden', storage: memoryStorage(), checkpoints: { every: '1h' }, ...options });
}

const rowsOf = (world: SinkWorld): string[] => world.visible.map(row => JSON.stringify(row)).sort();

/** Half of the elements in, and the rows until then beside it. */
async function write(what: string): Promise<void> {
  const file = join(FOLDER, `v${FORMAT}-${nameOf(what)}.bin`);
  if (existsSync(file)) return;
  const world = new SinkWorld();
  const job = begin(what, world);
  for (let turn = 0; turn < 14; turn++) await new Promise(resolve => setImmediate(resolve));
  const { bytes } = await job.stop({ savepoint: nameOf(what) });
  writeFileSync(file, bytes);
}

if (process.env.TIDEMARK_WRITE_GOLDEN) for (const what of Object.keys(PIPELINES)) await write(what);

const FILES = readdirSync(FOLDER).filter(name => name.endsWith('.bin'));

it.each(Object.keys(PIPELINES))('there is one of %s', what => {
  expect(FILES).toContain(`v${FORMAT}-${nameOf(what)}.bin`);
});

it.each(FILES)('%s is read, fits the program, and is gone on from', async file => {
  const what = Object.keys(PIPELINES).find(what => file.replace(/^v\d+-/, '') === `${nameOf(what)}.bin`) as string;
  const savepoint = savepointFrom(new Uint8Array(readFileSync(join(FOLDER, file))));
  expect(savepoint).toMatchObject({ label: nameOf(what), job: 'golden' });
  const positions = savepoint.sources.map(({ position }) => position as number);
  for (const position of positions) expect(position > 5 && position < 55).toBe(true);
  const outlook = await plan(savepoint, PIPELINES[what]?.(VALUES) as EventStream<any>);
  expect(outlook.lines.filter(({ part, outcome }) => part !== 'sink' && outcome !== 'kept')).toEqual([]);

  const rest = new SinkWorld();
  await begin(what, rest, { from: savepoint }).done;
  const all = new SinkWorld();
  await begin(what, all).done;
  // What comes behind it is what an undisturbed run says behind that point: its last rows, all of them.
  const behind = rowsOf(rest);
  const whole = rowsOf(all);
  expect(behind.length).toBeGreaterThan(0);
  expect(behind.length).toBeLessThan(whole.length);
  expect(behind.filter(row => !whole.includes(row))).toEqual([]);
  if (what in EVERY_OPERATOR) expect(rest.visible).toEqual(all.visible.slice(-rest.visible.length));
});

it('holds as many operators of a kind as there are', () => {
  const kinds = new Set(
    FILES.flatMap(file => savepointFrom(new Uint8Array(readFileSync(join(FOLDER, file)))).operators.map(({ id }) => id.split('/')[0])),
  );
  const joins = ['intervalJoin', 'intervalJoin inputs', 'joinWith', 'sides', 'sides inputs'];
  const shaping = ['dedupe', 'mapAsync', 'reorder', 'split', 'union'];
  const views = ['finals', 'latestPane', 'materialize', 'updates'];
  expect([...kinds].sort()).toEqual(['eventTime', 'windowBy', ...joins, ...shaping, ...views].sort());
});

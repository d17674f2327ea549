import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { savepoint } from '../../src/cli/savepoint.js';
import { count, eventTime, replayable, run, storeSavepoint, toCallback, tumbling, windowBy } from '../../src/index.js';
import { fileSystem, writeSavepoint } from '../../src/node.js';
import { ROOT } from '../built.js';
import { tidemark } from './command.js';

let folder: string;
let module: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'savepoint-'));
  const stream = eventTime(replayable([{ at: 5 }, { at: 7_200_000 }]), { name: 'clicks', timestamp: c => c.at }).pipe(
    windowBy(tumbling('1h'), { name: 'counts', aggregate: count() }),
    toCallback(() => undefined, { name: 'out' }),
  );
  const job = run(stream, { name: 'clicks', storage: fileSystem(at('state')) });
  const taken = await job.savepoint('before tuning');
  await job.done;
  await writeSavepoint(taken, at('before.tide'));
  await storeSavepoint(taken, fileSystem(at('state')));
  module = at('pipeline.mjs');
  await writeFile(
    module,
    `import { count, eventTime, replayable, toCallback, tumbling, windowBy } from '${pathToFileURL(join(ROOT, 'dist/index.js')).href}';
const program = hours => eventTime(replayable([]), { name: 'clicks', timestamp: c => c.at }).pipe(
  windowBy(tumbling(hours + 'h'), { name: 'counts', aggregate: count() }),
  toCallback(() => undefined, { name: 'out' }),
);
export default program(1);
export const two = program(2);
export const none = () => eventTime(replayable([]), { name: 'clicks', timestamp: c => c.at });
`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

async function command(...args: readonly string[]): Promise<string> {
  let out = '';
  const code = await savepoint(args, { out: text => (out += text) });
  return `${code}\n${out}`;
}

describe('tidemark savepoint', () => {
  it('shows a savepoint, of a file or a storage, as a table or as data', async () => {
    const shown = await command('show', at('before.tide'));
    expect(
      shown
        .replace(/made .*Z;/, 'made;')
        .replace(/[\d.]+ k?B/, 'SIZE')
        .replace(/[0-9a-f]{8} /g, 'PRINT    '),
    ).toBe(`0
savepoint before tuning, of checkpoint 2 of job clicks
  made; watermark 7,200,000; SIZE

source  position  watermark
clicks  2         7,200,000

sink  mode
out   outbox

operator          version  fingerprint  with
windowBy/counts         0  PRINT        tumbling(1h), count, afterWatermark(), accumulating, closing ifChanged, lateness 0, on time always, timestamps endOfWindow
eventTime/clicks        0  PRINT        ascending()
`);
    const size = (text: string): string => text.replace(/[\d.]+ k?B/, '');
    expect(size(await command('show', `file:${at('state')}`, '--label', 'before tuning'))).toBe(size(shown));
    expect(JSON.parse((await command('show', at('before.tide'), '--json')).slice(2))).toMatchObject({
      label: 'before tuning',
      checkpoint: 2,
      operators: [{ id: 'windowBy/counts', version: 0 }, { id: 'eventTime/clicks' }],
    });
  });

  it('says what would become of a savepoint, or of a job, in a program', async () => {
    const plan = (...args: string[]) => tidemark(['savepoint', 'plan', ...args]);
    expect(await plan(at('before.tide'), module)).toMatchObject({ code: 0, err: '' });
    const two = await plan(at('before.tide'), module, '--export', 'two');
    expect(two.code).toBe(1);
    expect(two.out).toContain('!  incompatible  operator  windowBy/counts   assigner was tumbling(1h), is tumbling(2h): windows that');
    const dropped = await plan(at('before.tide'), module, '--export', 'two', '--allow-dropped', 'windowBy/counts', '--json');
    expect(JSON.parse(dropped.out)).toMatchObject({ refused: false, from: 'savepoint before tuning, of checkpoint 2 of job clicks' });
    const ofJob = await plan(`file:${at('state')}`, module, '--job', 'clicks', '--export', 'none');
    expect([ofJob.code, ofJob.out.split('\n')[0]]).toEqual([1, 'from checkpoint 3 of job clicks']);
    expect(ofJob.out).toContain('its last rows may not be committed');
    const stored = await plan(`file:${at('state')}`, module, '--label', 'before tuning');
    expect([stored.code, stored.out.split('\n')[0]]).toEqual([0, 'from savepoint before tuning, of checkpoint 2 of job clicks']);
  }, 30_000);

  it('says its help, and what is not there', async () => {
    expect(await command('--help')).toContain('tidemark savepoint plan before.tide');
    const wrong = async (...args: string[]): Promise<string> => {
      const { code, err } = await tidemark(['savepoint', ...args]);
      return `${code} ${err}`;
    };
    expect(await wrong('plan')).toBe('2 tidemark: savepoint plan: SAVEPOINT is missing.\ntidemark savepoint --help says what there is.\n');
    expect(await wrong('show', 'none.tide')).toBe('1 tidemark: readSavepoint: none.tide cannot be read: ENOENT.\n');
    expect(await wrong('plan', `file:${at('state')}`, module)).toContain('holds several jobs: say --job');
    expect(await wrong('show', `file:${at('state')}`, '-l', 'x')).toContain("holds no savepoint 'x'. There is before tuning.");
  }, 30_000);
});

/** `tidemark disorder` on recorded files. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DisorderReport } from '../../src/disorder/report.js';
import { checkBuilt } from '../built.js';
import { problems } from '../examples/xml.js';
import { tidemark } from './command.js';

const SENSORS = 'examples/stdin/sensors.jsonl';
const readings = readFileSync(SENSORS, 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as { sensor: string; at: number; received: number });

let folder: string;
beforeAll(() => {
  checkBuilt();
  folder = mkdtempSync(join(tmpdir(), 'tidemark-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const json = (out: string): DisorderReport & { skipped: number } => JSON.parse(out);

describe('tidemark disorder', () => {
  it('reports on a recording', async () => {
    const { code, out, err } = await tidemark(['disorder', SENSORS, '--event', 'at']);
    expect(out).toMatchInlineSnapshot(`
      "294 elements

      - 23.1 % of the elements are out of order. On time are 99 % with a bound of 3.16s, all with 2.46m.

      One watermark for all
        on time  bound  late  late share  result lag: mean  median   99 %
           90 %  1.69s    29       9.9 %             1.69s   1.69s  1.69s
           99 %  3.16s     2      0.68 %             3.16s   3.16s  3.16s
            all  2.46m     0         0 %             2.46m   2.46m  2.46m
      "
    `);
    expect([code, err]).toEqual([0, '']);
  });

  it('says the same of CSV, JSON lines and standard input, in milliseconds, seconds and ISO', async () => {
    const csv = (time: (at: number) => unknown): string =>
      ['"sensor","note",at', ...readings.map(({ sensor, at }) => `${sensor},"a ""note"",\nof two lines",${time(at)}`)].join('\r\n');
    const args = ['--event', 'at', '--source', 'sensor', '--json'];
    const runs = await Promise.all([
      tidemark(['disorder', SENSORS, ...args]),
      tidemark(['disorder', '-', ...args], readFileSync(SENSORS)),
      tidemark([
        'disorder',
        file(
          'ms.csv',
          csv(at => at),
        ),
        ...args,
      ]),
      tidemark(
        ['disorder', '-', ...args],
        csv(at => new Date(at).toISOString()),
      ),
      tidemark(
        ['disorder', '-', ...args, '--unit', 's', '--format', 'csv'],
        csv(at => at / 1_000),
      ),
    ]);
    for (const { code, out, err } of runs) {
      expect([code, err]).toEqual([0, '']);
      expect(json(out)).toEqual(json(runs[0]!.out));
    }
    expect(json(runs[0]!.out)).toMatchObject({ elements: readings.length, skipped: 0, global: { outOfOrder: 68 } });
  });

  it('puts elements in the order of --arrival, and measures waits by it', async () => {
    const args = ['--event', 'at', '--arrival', 'received', '--source', 'sensor', '--idle', '30s', '--json'];
    const shuffled = readings.toSorted((a, b) => a.at - b.at).map(reading => JSON.stringify(reading)); // biome-ignore format: one line
    const [inOrder, sorted] = await Promise.all([
      tidemark(['disorder', SENSORS, ...args]),
      tidemark(['disorder', '-', ...args], shuffled.join('\n')),
    ]);
    expect(json(sorted.out).global).toEqual(json(inOrder.out).global);
    const { global, bySource } = json(inOrder.out);
    const waits = readings.map(({ received }, index) => received - Math.max(...readings.slice(0, index + 1).map(({ at }) => at)));
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    expect(global.curve[0]?.resultLag.mean).toBe(Math.round(mean));
    expect(bySource?.elements).toBe(readings.length);
  });

  it('sets aside what is further ahead of --arrival than --max-future', async () => {
    const lines = [...readings, { sensor: 'x', at: readings[0]!.received + 60_000, received: readings[0]!.received }];
    const args = ['--event', 'at', '--arrival', 'received', '--max-future', '30s', '--json'];
    const { out } = await tidemark(['disorder', '-', ...args], lines.map(line => JSON.stringify(line)).join('\n'));
    expect(json(out)).toMatchObject({ ahead: { count: 1, worst: [{ element: 2, by: 60_000 }] }, guarded: { elements: readings.length } });
  });

  it('draws a picture', async () => {
    const svg = join(folder, 'picture.svg');
    const { code } = await tidemark(['disorder', SENSORS, '--event', 'at', '--svg', svg]);
    expect([code, problems(readFileSync(svg, 'utf8').trim())]).toEqual([0, []]);
    const wrong = await tidemark(['disorder', SENSORS, '--event', 'at', '--svg', join(folder, 'none', 'x.svg')]);
    expect([wrong.code, wrong.out]).toEqual([1, '']);
    expect(wrong.err).toMatch(/x\.svg cannot be written: ENOENT\.\n$/);
  });

  it('names unusable lines by their number, counts them and goes on; with --strict it stops', async () => {
    const text = ['{"at":1000}', 'x', '', '{"time":5}', '{"at":"soon"}', '{"at":900}'].join('\n');
    const { code, out, err } = await tidemark(['disorder', '-', '--event', 'at', '--format', 'jsonl', '--json'], text);
    expect(err).toBe(
      `line 2: it is not JSON: "x" (skipped)
line 4: there is no field 'at'; there are: time (skipped)
line 5: 'at' is neither a number nor an ISO date, but "soon" (skipped)
3 unusable lines were skipped.
`,
    );
    expect([code, json(out).elements, json(out).skipped]).toEqual([0, 2, 3]);
    const strict = await tidemark(['disorder', '-', '--event', 'at', '--format', 'jsonl', '--strict'], text);
    expect(strict).toEqual({ code: 1, out: '', err: 'tidemark: line 2: it is not JSON: "x".\n' });
  });

  it('names twenty unusable lines at most, each fault once, and gives up after a thousand', async () => {
    const bad = (from: number, many: number): string => Array.from({ length: many }, (_, i) => `{"at":"no ${from + (i >> 1)}"}\n`).join('');
    const some = await tidemark(['disorder', '-', '--event', 'at'], `${bad(0, 500)}{"at":5}\n${bad(250, 900)}`);
    expect(some.code).toBe(0);
    expect(some.err.split('\n').slice(19)).toEqual([
      `line 39: 'at' is neither a number nor an ISO date, but "no 19" (skipped)`,
      '(further ones are only counted)',
      '1,400 unusable lines were skipped.',
      '',
    ]);
    const same = await tidemark(['disorder', '-', '--event', 'at'], '{"a":1}\n{"at":5}\n{"a":2}\n{"a":3}\n');
    expect(same.err).toBe("line 1: there is no field 'at'; there are: a (skipped)\n3 unusable lines were skipped.\n");
    const none = await tidemark(['disorder', '-', '--event', 'at'], '{"a":1}\n'.repeat(1_001));
    expect([none.code, none.out, none.err.split('\n').at(-2)]).toEqual([1, '', 'tidemark: -: none of its first 1,000 lines is usable.']);
    const few = await tidemark(['disorder', '-', '--event', 'at'], '{"a":1}\n');
    expect([few.code, few.out, few.err.split('\n').at(-2)]).toEqual([1, '', 'tidemark: - has no usable line.']);
  });

  it('says what is wrong with a file', async () => {
    const missing = await tidemark(['disorder', 'no-such-file.csv', '--event', 'at']);
    expect(missing).toEqual({ code: 1, out: '', err: 'tidemark: no-such-file.csv: there is no such file.\n' });
    const column = await tidemark(['disorder', file('c.csv', 'time,who\n1,2\n'), '--event', 'at']);
    expect(column).toEqual({ code: 1, out: '', err: "tidemark: there is no field 'at'; there are: time, who.\n" });
    const array = await tidemark(['disorder', file('a.json', '[{"at":5}]'), '--event', 'at']);
    expect([array.code, array.err.split('\n')[0]]).toEqual([1, 'line 1: it is not one JSON object: "[{\\"at\\":5}]" (skipped)']);
  });

  it('measures an empty file', async () => {
    expect(await tidemark(['disorder', '-', '--event', 'at'])).toEqual({
      code: 0,
      out: '0 elements\n\n- No elements: nothing was measured.\n',
      err: '',
    });
  });

  it('refuses seconds and microseconds that nobody said they are, at the end or after a thousand, and takes a unit at its word', async () => {
    const lines = (scale: number, many = 2): string =>
      `${'x\n'.repeat(1)}${Array.from({ length: many }, (_, i) => `{"at":${(1_710_000_000 + i) * scale}}\n`).join('')}`;
    const args = ['disorder', '-', '--event', 'at', '--format', 'jsonl'];
    const run = (scale: number, ...more: string[]) => tidemark([...args, ...more], lines(scale));
    const [seconds, micros, early] = await Promise.all([run(1), run(1e6), tidemark(args, `${lines(1, 1_000)}${lines(1e3, 5_000)}`)]);
    const skipped = 'line 1: it is not JSON: "x" (skipped)\n';
    expect(seconds).toEqual({
      code: 1,
      out: '',
      err: `${skipped}tidemark: 'at' looks like seconds: say --unit s, or --unit ms if it is not.\n`,
    });
    expect([micros.code, micros.err]).toEqual([
      1,
      `${skipped}tidemark: 'at' looks like microseconds: say --unit us, or --unit ms if it is not.\n`,
    ]);
    expect([early.code, early.err]).toEqual([1, seconds.err]);
    const nanos = await run(1e9);
    expect([nanos.code, nanos.err.split('\n')[1]]).toEqual([
      1,
      "line 2: 'at' is out of range, 1710000000000000000: try --unit ns (skipped)",
    ]);
    const told = await Promise.all([run(1, '--unit', 's'), run(1e3), run(1e6, '--unit', 'us'), run(1e9, '--unit', 'ns')]);
    for (const { code, out, err } of told) {
      expect([code, err]).toEqual([0, `${skipped}1 unusable line was skipped.\n`]);
      expect(out).toBe(told[0]!.out);
    }
    expect((await run(1, '--unit', 'ms')).code).toBe(0);
  });

  it('prints its help, and refuses what it does not know', async () => {
    const help = await tidemark(['disorder', '--help']);
    expect([help.code, help.out.split('\n')[2]]).toEqual([0, '  tidemark disorder readings.csv --event time --source sensor']);
    const wrong = await tidemark(['disorder', SENSORS, '--evnt', 'at']);
    expect(wrong).toEqual({ code: 2, out: '', err: "tidemark: Unknown option '--evnt'.\ntidemark disorder --help says what there is.\n" });
    expect(existsSync('at')).toBe(false);
  });
});

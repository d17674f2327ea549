import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { recording } from '../../examples/stdin/recording.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const recorded = readFileSync(`${root}examples/stdin/sensors.jsonl`, 'utf8');

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the example as a user does. */
function run(args: readonly string[], input: string, headLines = Infinity): Promise<Run> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'examples/stdin/main.ts', ...args], { cwd: root });
    let [out, err] = ['', ''];
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
      if (out.split('\n').length > headLines) child.stdout.destroy();
    });
    child.stderr.on('data', (data: Buffer) => {
      err += data.toString();
    });
    child.stdin.on('error', () => {});
    child.on('error', failed);
    child.on('close', code => done({ code, out, err }));
    child.stdin.end(input);
  });
}

interface Line {
  readonly key: string;
  readonly start: string;
  readonly timing: string;
  readonly index: number;
  readonly count: number;
}

const parse = (out: string): Line[] =>
  out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Line);
const reading = (at: number, value: unknown = 1) => JSON.stringify({ sensor: 'a', at, value });

describe('examples/stdin', () => {
  it('ships the recording that its script makes', () => {
    expect(recorded).toBe(`${recording().join('\n')}\n`);
  });

  it('windows the recording: every reading counts once, save the one that is reported as too late', async () => {
    const { code, out, err } = await run([], recorded);
    const last = new Map(parse(out).map(pane => [`${pane.key} ${pane.start}`, pane]));
    const rows = recorded.trim().split('\n').length;
    expect([...last.values()].reduce((sum, pane) => sum + pane.count, 0)).toBe(rows - 1);
    expect(parse(out).filter(pane => pane.timing === 'late')).toMatchInlineSnapshot(`
      [
        {
          "count": 12,
          "end": "2024-03-09T16:02:00.000Z",
          "index": 1,
          "key": "b",
          "last": false,
          "max": 22.6,
          "mean": 21.20833333333334,
          "min": 19.4,
          "start": "2024-03-09T16:01:00.000Z",
          "timing": "late",
        },
      ]
    `);
    expect(err).toMatchInlineSnapshot(`
      "line 141: too late to count, 142.518 s behind the watermark (expired)
      readings: 294, panes: 27, not counted: 1, bad lines skipped: 0
      "
    `);
    expect(code).toBe(0);
  });

  it('prints a table', async () => {
    const { out } = await run(['--format', 'table', '--window', '5m'], recorded);
    expect(out).toMatchInlineSnapshot(`
      "key         window (UTC)                      pane        count      mean       min       max
      b           2024-03-09 16:00:00 to 16:05:00   on-time        60    20.698      17.1      23.9
      a           2024-03-09 16:00:00 to 16:05:00   on-time        60    20.487      17.1      23.4
      c           2024-03-09 16:00:00 to 16:05:00   on-time        60    20.712      17.4        24
      d           2024-03-09 16:00:00 to 16:05:00   on-time        24    18.504      17.2      20.7
      b           2024-03-09 16:05:00 to 16:10:00   on-time        30    20.873      17.7      23.9
      a           2024-03-09 16:05:00 to 16:10:00   on-time        30    22.153      19.4      23.9
      c           2024-03-09 16:05:00 to 16:10:00   on-time        30     19.16      17.1      22.6
      "
    `);
  });

  it('lets a silent source hold the others back until it is idle, by the clock of the recording', async () => {
    const waiting = await run(['--source', 'sensor', '--idle', '1h', '--clock', 'received'], recorded);
    const idle = await run(['--source', 'sensor', '--idle', '30s', '--clock', 'received'], recorded);
    // Sensor d falls silent at 2 min; sensor a's straggler of 0:45 comes at 3:16 and is judged by the watermark of then.
    expect(waiting.err).toMatch(/^line 141: too late to count, 68\.348 s behind/);
    expect(idle.err).toMatch(/^line 141: too late to count, 14\d\.\d+ s behind/);
  });

  it('names bad lines by their number, counts them and goes on', async () => {
    const lines = [
      reading(1_000),
      'not json',
      '',
      '[1]',
      '{"sensor":"a","at":2000}',
      reading(2_000, 'warm'),
      '{"sensor":"a","at":"soon","value":1}',
      reading(3_000),
    ];
    const { code, out, err } = await run([], lines.join('\n'));
    expect(parse(out).map(pane => pane.count)).toEqual([2]);
    expect(err).toMatchInlineSnapshot(`
      "line 2: not JSON: not json (skipped)
      line 4: not a JSON object: [1] (skipped)
      line 5: the field "value" is missing in {"sensor":"a","at":2000} (skipped)
      line 6: "value" is not a number: "warm" (skipped)
      line 7: "at" is neither whole milliseconds nor a date: "soon" (skipped)
      readings: 2, panes: 1, not counted: 0, bad lines skipped: 5
      "
    `);
    expect(code).toBe(0);
  });

  it('turns a reading from the future away, and says so', async () => {
    const { out, err } = await run([], [reading(1_000), reading(Date.now() + 7_200_000), reading(2_000)].join('\n'));
    expect(parse(out).map(pane => pane.count)).toEqual([2]);
    expect(err).toMatch(/^line 2: not counted, its time is 7[12]\d\d(\.\d+)? s ahead of the clock\n/);
  });

  it('stops at the first bad line when strict', async () => {
    const { code, err } = await run(['--strict'], [reading(1_000), '{"sensor":"a"', reading(2_000)].join('\n'));
    expect(err).toBe('line 2: not JSON: {"sensor":"a"\n');
    expect(code).toBe(1);
  });

  it('reads other fields, and times as text', async () => {
    const { out } = await run(
      ['--time', 't', '--key', 'room', '--value', 'c', '--window', '1h'],
      '{"room":"hall","t":"2024-03-09T16:20:00Z","c":21}\r\n',
    );
    expect(parse(out)).toEqual([
      {
        key: 'hall',
        start: '2024-03-09T16:00:00.000Z',
        end: '2024-03-09T17:00:00.000Z',
        timing: 'on-time',
        index: 0,
        last: true,
        count: 1,
        mean: 21,
        min: 21,
        max: 21,
      },
    ]);
  });

  it('says what is wrong with an option', async () => {
    expect(await run(['--window', 'soon'], '')).toMatchObject({
      code: 2,
      err: "--window is a time such as 500ms, 30s, 5m, 1h or 1d, but came as 'soon'.\n",
    });
    expect((await run(['--windw', '1m'], '')).err).toContain('--windw');
    expect((await run(['--help'], '')).out).toContain('--strict');
  });

  it('ends quietly when its reader has seen enough', async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => reading(i * 60_000)).join('\n');
    const { code, err } = await run([], many, 3);
    expect(err).toBe('');
    expect(code).toBe(0);
  });
});

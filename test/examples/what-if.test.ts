import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { replayable, whatIf } from 'tidemark';
import { describe, expect, it } from 'vitest';
import { readFeed } from '../../examples/earthquakes/feed.js';
import { greatest, swarms } from '../../examples/what-if/swarms.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const MINUTE = 60_000;
const quakes = readFeed();

/** The swarms by network and start, from the sorted data: how many quakes, and the strongest. */
function sorted(silence: number): Map<string, { quakes: number; strongest: number }> {
  const found = new Map<string, { quakes: number; strongest: number }>();
  const last = new Map<string, { name: string; time: number }>();
  for (const { net, time, mag } of [...quakes].sort((a, b) => a.time - b.time)) {
    const before = last.get(net);
    const name = before && time - before.time < silence ? before.name : `${net} ${time}`;
    const swarm = found.get(name) ?? { quakes: 0, strongest: -Infinity };
    found.set(name, { quakes: swarm.quakes + 1, strongest: Math.max(swarm.strongest, mag) });
    last.set(net, { name, time });
  }
  return found;
}

function run(...flags: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/what-if/main.ts', ...flags], { cwd: root });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  return new Promise(resolve => child.on('close', code => resolve({ code, out, err })));
}

describe('the example of a what-if', () => {
  it('finds what the sorted data say', async () => {
    const feed = replayable(quakes);
    const report = await whatIf(swarms(feed, 30 * MINUTE), swarms(feed, 45 * MINUTE), { keep: 5000 }).report;
    const [base, variant] = [sorted(30 * MINUTE), sorted(45 * MINUTE)];
    const names = [...new Set([...base.keys(), ...variant.keys()])];
    const expected = names.filter(name => JSON.stringify(base.get(name)) !== JSON.stringify(variant.get(name)));
    const rows = report.differences.map(({ key, window, base, variant }) => [`${key} ${window?.start}`, base?.value, variant?.value]);
    expect(new Map(rows.map(([name, ...values]) => [name, values]))).toEqual(
      new Map(expected.map(name => [name, [base.get(name), variant.get(name)]])),
    );
    expect(report.counts.same).toBe(names.length - expected.length);
    expect(greatest(report.differences, 2).map(({ key, delta }) => [key, delta])).toMatchObject([
      ['ci', { quakes: 22 }],
      ['ak', { quakes: 19 }],
    ]);
  });

  it('prints a table', { timeout: 30_000 }, async () => {
    const { code, out } = await run('--top', '2');
    expect(out).toMatchInlineSnapshot(`
      "What if a swarm of earthquakes ended after 45m of silence, and not after 30m?

      base     windowBy(session(30m)) "swarms"
      variant  windowBy(session(45m)) "swarms"

      1,707 elements to the end of the sources; run again, the base says the same

      same  different  only base  only variant
       413        153        210             0

      776 swarms become 566. Those that change most:

      net  begins            30m      45m   more   strongest
      ci   Feb 03 07:10       5       27   +22    0.7 → 1.7   ████░░░░░░░░░░░░░░░░░░░░
      ak   Feb 01 09:31       1       20   +19    3.7 → 3.8   █░░░░░░░░░░░░░░░░░
      "
    `);
    expect(code).toBe(0);
  });

  it('says what is wrong with its arguments', { timeout: 30_000 }, async () => {
    const [gap, top, option] = await Promise.all([run('30m', 'soon'), run('--top', 'x'), run('--tap', '3')]);
    expect(gap).toMatchObject({ code: 2, out: '', err: expect.stringContaining('session(): gap must be a whole number of milliseconds') });
    expect(top).toMatchObject({ code: 2, err: "--top takes a whole number, but came as 'x'.\n" });
    expect(option).toMatchObject({ code: 2, err: expect.stringContaining('--tap') });
  });
});

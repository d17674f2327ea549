/**
 * Makes examples/stdin/sensors.jsonl: `npx tsx examples/stdin/recording.ts > examples/stdin/sensors.jsonl`.
 * Four sensors for seven and a half minutes, in order of arrival: each line up to 4 s late, one reading of sensor b 35 s late,
 * which corrects its window, and one of sensor a 150 s late, which is lost with the default options; sensor d falls silent
 * after two minutes. No chance in it: the noise comes from a fixed sequence.
 */
import { pathToFileURL } from 'node:url';

const START = 1_710_000_000_000;
const STEP = 5_000;

/** The lines of the recording. */
export function recording(): string[] {
  const random = sequence(42);
  const rows: { sensor: string; at: number; value: number; received: number }[] = [];
  for (let i = 0; i < 90; i += 1) {
    for (const [s, sensor] of ['a', 'b', 'c', 'd'].entries()) {
      if (sensor === 'd' && i >= 24) continue;
      const at = START + i * STEP + s * 1_100 + Math.floor(random() * 400);
      const straggles = sensor === 'b' && i === 21 ? 35_000 : sensor === 'a' && i === 9 ? 150_000 : 0;
      const value = Math.round((20 + 3 * Math.sin(i / 9 + s) + random()) * 10) / 10;
      rows.push({ sensor, at, value, received: at + 200 + Math.floor(random() ** 2 * 3_800) + straggles });
    }
  }
  return rows.sort((a, b) => a.received - b.received).map(row => JSON.stringify(row));
}

/** Numbers from 0 to 1 that look random and are always the same (mulberry32). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.stdout.write(`${recording().join('\n')}\n`);

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { planeSvg } from '../../examples/plane/plane.js';
import { scoreScene } from '../../examples/plane/scores.js';
import { span } from '../../examples/plane/streaming-102.js';
import { problems } from './xml.js';

const MINUTE = 60_000;

describe('the scene of Streaming 102', () => {
  const scene = scoreScene();

  it('has the panes of the book, and the unchanged on-time panes that its figure leaves out', () => {
    const [noon] = span.event;
    const panes = scene.panes.map(({ start, end, firedAt, timing, value }) => [
      `${(start - noon) / MINUTE}-${(end - noon) / MINUTE}`,
      timing,
      value,
      ((firedAt - span.arrival[0]) / MINUTE).toFixed(1),
    ]);
    // Moments in minutes after 12:05. The book's curves are drawn by hand: it has 1.0, 2.5, 2.7 and 4.4 for the on-time panes.
    expect(panes).toEqual([
      ['0-2', 'on-time', 5, '0.9'],
      ['2-4', 'early', 7, '1.0'],
      ['2-4', 'early', 10, '2.0'],
      ['4-6', 'early', 4, '2.0'],
      ['2-4', 'on-time', 18, '2.5'],
      ['4-6', 'on-time', 4, '2.6'],
      ['6-8', 'early', 3, '3.0'],
      ['0-2', 'late', 14, '3.3'],
      ['6-8', 'early', 12, '4.0'],
      ['6-8', 'on-time', 12, '4.3'],
    ]);
  });

  it('is what docs/streaming-102.svg shows (npx tsx examples/plane/main.ts draws it anew)', () => {
    const svg = planeSvg(scene, { theme: 'light' });
    expect(readFileSync(new URL('../../docs/streaming-102.svg', import.meta.url), 'utf8')).toBe(`${svg}\n`);
    expect(problems(svg)).toEqual([]);
  });
});

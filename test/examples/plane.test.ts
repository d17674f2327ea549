import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planePage } from '../../examples/plane/page.js';
import { type PlaneScene, planeSvg } from '../../examples/plane/plane.js';
import { scale, ticks, tickText } from '../../examples/plane/scale.js';
import { heuristic, scores, span } from '../../examples/plane/streaming-102.js';
import { count, problems } from './xml.js';

const MINUTE = 60_000;
const NOON = span.event[0];

const scene: PlaneScene = {
  title: 'Nine scores',
  caption: 'How to read it.',
  span,
  events: scores.map(({ event, arrival, score }) => ({ event, arrival, label: String(score), dropped: score === 9 })),
  watermark: heuristic,
  watermarkShape: 'line',
  panes: [
    { start: NOON, end: NOON + 2 * MINUTE, firedAt: NOON + 6 * MINUTE, timing: 'on-time', value: 5, index: 0 },
    { start: NOON + 2 * MINUTE, end: NOON + 4 * MINUTE, firedAt: NOON + 6 * MINUTE, timing: 'early', value: 7, index: 0 },
    { start: NOON + 2 * MINUTE, end: NOON + 4 * MINUTE, firedAt: NOON + 7.5 * MINUTE, timing: 'on-time', value: 18, index: 1 },
    { start: NOON + 2 * MINUTE, end: NOON + 4 * MINUTE, firedAt: NOON + 9 * MINUTE, timing: 'late', value: 19, index: 2 },
  ],
};

const time = fc.integer({ min: -1e12, max: 2e12 });
const scenes: fc.Arbitrary<PlaneScene> = fc.record({
  title: fc.string({ unit: 'binary' }),
  caption: fc.string(),
  events: fc.array(fc.record({ event: time, arrival: time, label: fc.option(fc.string(), { nil: '' }), dropped: fc.boolean() })),
  watermark: fc.array(fc.record({ event: time, arrival: time })),
  panes: fc.array(
    fc.record({
      start: time,
      end: time,
      firedAt: time,
      index: fc.nat(9),
      timing: fc.constantFrom('early' as const, 'on-time' as const, 'late' as const),
      value: fc.oneof(fc.integer(), fc.string()),
    }),
  ),
});

describe('planeSvg', () => {
  it('draws every element, pane and the watermark once', () => {
    const svg = planeSvg(scene);
    // The legend shows one ball and one cross more.
    expect(count(svg, 'class="ball"')).toBe(8 + 1);
    expect(count(svg, 'class="dropped"')).toBe(1 + 1);
    expect(count(svg, 'early pane"')).toBe(1);
    expect(count(svg, 'on-time pane"')).toBe(2);
    expect(count(svg, 'late pane"')).toBe(1);
    expect(count(svg, 'class="mark"')).toBe(1 + 1);
    for (const value of ['5', '7', '18', '19']) expect(svg).toMatch(new RegExp(`value" [^>]*>${value}</text>`));
  });

  it('tells timings apart by shape, not by colour alone', () => {
    const svg = planeSvg(scene);
    expect(svg).toMatch(/<circle class="early shape"/);
    expect(svg).toMatch(/<rect class="on-time shape"/);
    expect(svg).toMatch(/<path class="late shape"/);
  });

  it('puts a box between the first arrival of its column and its firing', () => {
    const svg = planeSvg(scene, { width: 1200, height: 820 });
    const box = /on-time pane" x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"/g;
    const heights = [...svg.matchAll(box)].map(match => Number(match[2]));
    // Column 2-4: from 12:05:40 to 12:07:30; column 0-2: from 12:05:20 to 12:06. The plane is five minutes high.
    const ratio = (heights[0] as number) / (heights[1] as number);
    expect(ratio).toBeCloseTo((2.5 - 0.666) / (1 - 0.333), 1);
  });

  it('leaves out a label for which there is no room, and never its box', () => {
    const [first] = scene.panes;
    const crowded = {
      ...scene,
      panes: Array.from({ length: 40 }, (_, index) => ({
        ...(first as PlaneScene['panes'][number]),
        firedAt: NOON + 6 * MINUTE + index,
        index,
      })),
    };
    const svg = planeSvg(crowded);
    expect(count(svg, 'on-time pane"')).toBe(40);
    expect(count(svg, 'on-time badge"')).toBe(1);
  });

  it('has a light card of its own, or follows the page', () => {
    expect(planeSvg(scene, { theme: 'light' })).not.toContain('prefers-color-scheme');
    expect(planeSvg(scene, { theme: 'light' })).toContain('fill="var(--ground)"/>');
    expect(planeSvg(scene)).toContain('prefers-color-scheme:dark');
  });

  it('refuses a time that is no number, rather than to draw nonsense', () => {
    expect(() => planeSvg({ ...scene, events: [{ event: Number.NaN, arrival: 0 }] })).toThrow(/finite/);
  });

  it('is well-formed and without NaN for any scene', () => {
    fc.assert(
      fc.property(scenes, each => {
        const svg = planeSvg(each);
        expect(problems(svg)).toEqual([]);
        expect(svg).not.toMatch(/NaN|Infinity|undefined/);
        expect(count(svg, ' pane"')).toBe(each.panes.length);
      }),
      { numRuns: 150 },
    );
  });

  it('draws nothing from elsewhere', () => {
    const page = planePage(
      'Two',
      [
        { name: 'a', svg: planeSvg(scene) },
        { name: 'b', svg: planeSvg(scene) },
      ],
      { shown: 1 },
    );
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|src=|@import|url\(/);
    expect(count(page, '<section hidden>')).toBe(1);
    expect(page).toContain('<option selected>b</option>');
  });
});

describe('ticks', () => {
  it('are round, within the scale and not too many', () => {
    fc.assert(
      fc.property(time, fc.integer({ min: 1_000, max: 1e11 }), (from, length) => {
        const { times, step } = ticks(scale([from, from + length], 0, 1), 9);
        expect(times.length).toBeLessThanOrEqual(10);
        for (const each of times) {
          expect(each % step).toBe(0 * each);
          expect(each >= from && each <= from + length).toBe(true);
        }
      }),
    );
  });

  it('are said as days or as times of the day', () => {
    expect(tickText(Date.UTC(2018, 1, 3), 86_400_000)).toBe('Feb 03');
    expect(tickText(NOON + 5 * MINUTE, MINUTE)).toBe('12:05');
    expect(tickText(NOON + 1_000, 1_000)).toBe('12:00:01');
  });
});

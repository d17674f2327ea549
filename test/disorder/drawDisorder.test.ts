import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Quake, readFeed } from '../../examples/earthquakes/feed.js';
import { drawDisorder } from '../../src/disorder/drawDisorder.js';
import { measureDisorder } from '../../src/disorder/measureDisorder.js';
import { ROOT } from '../built.js';
import { count, problems } from '../examples/xml.js';
import { arrivals } from './pipeline.js';

describe('the picture of a report', () => {
  it('is sound, small, self-contained and within its frame, whatever came', () => {
    fc.assert(
      fc.property(arrivals, fc.constantFrom(1, 1_000, 10_000_000), (elements, scale) => {
        const meter = measureDisorder<(typeof elements)[number]>({ timestamp: e => e.at * scale, source: e => e.source });
        for (const element of elements) meter.add(element);
        const svg = drawDisorder(meter.report());
        expect(problems(svg.trim())).toEqual([]);
        expect(svg).not.toMatch(/NaN|Infinity|undefined|href|<script|<style/);
        expect(svg.length).toBeLessThan(20_000);
        for (const [, x, y] of svg.matchAll(/[cM]x?="?([\d.-]+)"?(?: cy="| )([\d.-]+)/g)) {
          expect(Number(x)).toBeGreaterThanOrEqual(0);
          expect(Number(x)).toBeLessThanOrEqual(760);
          expect(Number(y)).toBeLessThanOrEqual(460);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('names its axes, and has a line of its own look for each way', () => {
    const meter = measureDisorder<{ at: number; id: string }>({ timestamp: e => e.at, source: e => e.id });
    for (let at = 0; at < 50; at++) meter.add({ at: at * 1_000, id: 'a' });
    meter.add({ at: 90_000_000, id: 'b' });
    for (let at = 50; at < 90; at++) meter.add({ at: at * 1_000, id: 'a' });
    const svg = drawDisorder(meter.report());
    expect(svg).toContain('>91 elements, 44 % out of order</title>');
    expect(svg).toContain('>elements late</text>');
    expect(svg).toContain('>bound: how far the watermark stays behind, and results wait</text>');
    expect([count(svg, 'stroke="#0072B2"'), count(svg, 'stroke="#D55E00"'), count(svg, 'stroke="#007A5A"')]).toEqual([2, 2, 2]);
    expect([count(svg, 'stroke-dasharray="9 4"'), count(svg, 'stroke-dasharray="2 4"')]).toEqual([2, 2]);
    expect(svg).toContain('>one watermark for all: 1.05d for 99 %, 1.05d for 99.9 %, 1.05d for all</text>');
    expect(svg).toContain('>without elements far ahead: 0ms for 99 %, 0ms for 99.9 %, 0ms for all</text>');
  });

  it('of the earthquakes is the one in the guide', () => {
    const quakes = measureDisorder<Quake>({ timestamp: q => q.time, arrival: q => q.updated, source: q => q.net, idleAfter: '12h' });
    for (const quake of readFeed()) quakes.add(quake);
    expect(drawDisorder(quakes.report())).toBe(readFileSync(join(ROOT, 'docs', 'disorder.svg'), 'utf8'));
  });

  it('of nothing is empty axes', () => {
    const svg = drawDisorder(measureDisorder<number>({ timestamp: at => at }).report());
    expect(problems(svg.trim())).toEqual([]);
    expect(svg).toContain('>No elements</title>');
  });
});

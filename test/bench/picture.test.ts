import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Figure, spread } from '../../bench/harness.js';
import { picture } from '../../bench/picture.js';
import { count, problems } from '../examples/xml.js';

const words = { title: 'So many times as fast as', subtitle: 'per event', footnote: 'Node 20' };

function figure(drawn: string | null, ratio: number, better: Figure['better'] = 'more', unit: Figure['unit'] = 'x'): Figure {
  return { scenario: 's', name: 'n', unit, better, value: spread([ratio]), target: null, drawn };
}

/** Left edge, width and class of the bars, from above. */
function bars(svg: string): { x: number; width: number; slow: boolean }[] {
  return [...svg.matchAll(/<rect class="(bar|slow)" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)].map(([, kind, x, width]) => ({
    x: Number(x),
    width: Number(width),
    slow: kind === 'slow',
  }));
}

describe('picture', () => {
  it('draws what is to be drawn, slowest first, on either side of 1', () => {
    const svg = picture(
      [figure('a loop', 10), figure('copies', 100), figure(null, 5), figure('stall', 5, 'less', 'ms'), figure('slower', 0.1)],
      words,
    );
    expect(svg.indexOf('slower</text>')).toBeLessThan(svg.indexOf('a loop</text>'));
    expect(svg.indexOf('a loop</text>')).toBeLessThan(svg.indexOf('copies</text>'));
    const [slower, loop, copies] = bars(svg) as [
      { x: number; width: number; slow: boolean },
      ...{ x: number; width: number; slow: boolean }[],
    ];
    expect([slower?.slow, loop?.slow, copies?.slow]).toEqual([true, false, false]);
    // One decade is as long as another.
    expect(slower?.width).toBeCloseTo(loop?.width as number, 0);
    expect(copies?.width).toBeCloseTo(2 * (loop?.width as number), 0);
    expect(slower?.x + slower?.width).toBeCloseTo(loop?.x as number, 0);
    expect(svg).toContain('100×');
  });

  it('turns costs over', () => {
    expect(picture([figure('tumbling', 0.25, 'less')], words)).toContain('4.00×');
  });

  it('is well formed, whatever the words and the ratios, and its bars stay within it', () => {
    const anyFigure = fc.record({ drawn: fc.string({ unit: 'grapheme-ascii' }), ratio: fc.double({ min: 1e-4, max: 1e5, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(anyFigure, { maxLength: 12 }), fc.string({ unit: 'grapheme-ascii' }), (drawn, title) => {
        const svg = picture(
          drawn.map(each => figure(each.drawn, each.ratio)),
          { ...words, title },
        );
        expect(problems(svg.trimEnd())).toEqual([]);
        expect(bars(svg)).toHaveLength(drawn.length);
        for (const { x, width } of bars(svg)) expect(x >= 300 && x + width <= 800).toBe(true);
      }),
    );
  });

  it('needs nothing beside itself, and has colours for light and for dark', () => {
    const svg = picture([figure('a loop', 2)], words);
    expect(count(svg, 'http')).toBe(1); // the namespace
    expect(svg).toContain('prefers-color-scheme:dark');
  });

  it('says so when there is nothing to draw', () => {
    expect(picture([], words)).toContain('No figure');
    expect(problems(picture([], words).trimEnd())).toEqual([]);
  });
});

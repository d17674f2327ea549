import { describe, expect, it } from 'vitest';
import { idOf, Places } from '../../src/kafka/places.js';

const at = (partition: number) => ({ topic: 't', partition });

describe('places', () => {
  it('keeps what stays through a division, and says what came and went', () => {
    const places = new Places();
    expect(places.divide([at(0), at(1)])).toEqual({ gained: [at(0), at(1)], lost: [] });
    places.seek(at(1), 5);
    places.resume([at(1)]);
    expect(places.divide([at(1), at(2)])).toEqual({ gained: [at(2)], lost: [at(0)] });
    expect(places.all).toEqual([
      { ...at(1), position: 5, resting: false },
      { ...at(2), position: undefined, resting: true },
    ]);
    expect(places.divide([at(1)]).lost).toEqual([at(2)]);
    places.divide([]);
    places.divide([at(1)]);
    expect(places.get(at(1))).toMatchObject({ position: undefined, resting: true });
  });

  it('takes records from where it stands alone, and none while it rests', () => {
    const places = new Places();
    places.divide([at(0)]);
    expect(places.advance('t', 0, 0, 3)).toBe(false);
    places.seek(at(0), 3);
    expect(places.advance('t', 0, 3, 5)).toBe(false);
    expect(places.resume([at(0), at(9)])).toEqual([at(0)]);
    expect(places.resume([at(0)])).toEqual([]);
    expect(places.advance('t', 0, 2, 5)).toBe(false);
    expect(places.advance('t', 0, 3, 5)).toBe(true);
    expect(places.advance('t', 0, 3, 5)).toBe(false);
    expect(places.pause([at(0)])).toEqual([at(0)]);
    expect(places.advance('t', 0, 5, 6)).toBe(false);
    expect(places.advance('t', 9, 0, 1)).toBe(false);
  });

  it('refuses offsets that are none, and to resume without a position', () => {
    const places = new Places();
    places.divide([at(0)]);
    for (const offset of [-1, 0.5, Number.NaN]) expect(() => places.seek(at(0), offset)).toThrowError(/BAD_OPTION|must be an offset/);
    expect(() => places.resume([at(0)])).toThrowError(/given a position by seek/);
    expect(places.seek(at(7), 0)).toBe(false);
    expect(idOf('t', 1)).toBe('t/1');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StatePart } from '../../src/state/cut.js';
import { Cuts, type Place } from '../../src/state/cuts.js';
import { runs } from '../properties/arbitraries.js';

/** A state of numbered texts. */
class Texts {
  readonly cuts: Cuts = new Cuts();
  readonly #places: { mark: number; text: string }[] = [];
  copies = 0;

  set(id: number, text: string | undefined): void {
    while (this.#places.length <= id) this.#places.push({ mark: 0, text: '' });
    const place = this.#places[id] as { mark: number; text: string };
    if (place.mark > 0 && place.mark !== this.cuts.epoch) this.cuts.keep(id, place.mark, () => this.#copy(place.text));
    place.mark = text === undefined ? 0 : this.cuts.epoch;
    place.text = text ?? '';
  }

  take(number: number, since = 0): IterableIterator<StatePart> {
    return this.cuts.take(number, since, this.#walk());
  }

  now(): StatePart[] {
    return this.#places.flatMap(({ mark, text }, id) => (mark > 0 ? [{ id, data: text }] : []));
  }

  #copy(text: string): () => unknown {
    this.copies++;
    return () => text;
  }

  *#walk(): Generator<Place, undefined> {
    for (let id = 0; id < this.#places.length; id++) {
      const { mark, text } = this.#places[id] as { mark: number; text: string };
      yield { id, mark, dump: () => text };
    }
    return undefined;
  }
}

describe('a cut', () => {
  it('is the state as it was, though places change, go and come before they are read', () => {
    const texts = new Texts();
    for (const [id, text] of ['a', 'b', 'c'].entries()) texts.set(id, text);
    const cut = texts.take(1);
    expect(cut.next().value).toEqual({ id: 0, data: 'a' });
    texts.set(0, 'A');
    texts.set(1, 'B');
    texts.set(2, undefined);
    texts.set(3, 'D');
    texts.set(2, 'new');
    expect([...cut]).toEqual([
      { id: 1, data: 'b' },
      { id: 2, data: 'c' },
    ]);
    // Not of what had been read.
    expect(texts.copies).toBe(2);
  });

  it('has no data of what has not changed since another, however many came between', () => {
    const texts = new Texts();
    texts.set(0, 'a');
    texts.set(1, 'b');
    expect([...texts.take(1)]).toHaveLength(2);
    texts.set(1, 'B');
    // One that fails.
    texts.take(2, 1).return?.();
    texts.set(2, 'c');
    expect([...texts.take(3, 1)]).toEqual([{ id: 0 }, { id: 1, data: 'B' }, { id: 2, data: 'c' }]);
    expect([...texts.take(4, 3)]).toEqual([{ id: 0 }, { id: 1 }, { id: 2 }]);
    expect([...texts.take(5, 0)]).toEqual(texts.now());
  });

  it('is compared with none before the first', () => {
    const texts = new Texts();
    texts.set(0, 'a');
    expect([...texts.take(7, 5)]).toEqual([{ id: 0, data: 'a' }]);
  });

  it('costs nothing when it is let go of', () => {
    const texts = new Texts();
    texts.set(0, 'a');
    const cut = texts.take(1);
    cut.return?.();
    texts.set(0, 'b');
    expect([texts.copies, [...cut]]).toEqual([0, []]);
  });

  it('lets go when its data cannot be had', () => {
    const cuts = new Cuts();
    const place = {
      id: 0,
      mark: 1,
      dump: () => {
        throw new Error('boom');
      },
    };
    const cut = cuts.take(1, 0, [place].values());
    expect(() => cut.next()).toThrow('boom');
    cuts.keep(0, 1, () => expect.fail('nobody reads'));
    expect(cut.next().done).toBe(true);
  });

  it('equals a copy, several open at a time, in any order of changes and reads', () => {
    const change = fc.record({ id: fc.nat(6), text: fc.option(fc.constantFrom('x', 'y', 'z'), { nil: undefined }) });
    const act = fc.oneof(
      { weight: 5, arbitrary: change },
      { weight: 2, arbitrary: fc.record({ since: fc.nat(5) }) },
      { weight: 4, arbitrary: fc.record({ read: fc.nat(5) }) },
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60, size: 'max' }), acts => {
        const texts = new Texts();
        const done = new Map<number, StatePart[]>([[0, []]]);
        let open: { number: number; since: number; parts: Iterator<StatePart>; read: StatePart[]; expected: StatePart[] }[] = [];
        let number = 0;
        for (const one of acts) {
          if ('id' in one) texts.set(one.id, one.text);
          else if ('since' in one) {
            const since = [...done.keys()][one.since % done.size] as number;
            open.push({ number: ++number, since, parts: texts.take(number, since), read: [], expected: texts.now() });
          } else {
            const cut = open[one.read % open.length];
            const next = cut?.parts.next();
            if (!cut || !next) continue;
            if (!next.done) cut.read.push(next.value);
            else {
              const before = new Map(done.get(cut.since)?.map(part => [part.id, part]));
              expect(cut.read.map(part => ('data' in part ? part : before.get(part.id)))).toEqual(cut.expected);
              done.set(cut.number, cut.expected);
              open = open.filter(other => other !== cut);
            }
          }
        }
      }),
      { numRuns: runs(2_000) },
    );
  });
});

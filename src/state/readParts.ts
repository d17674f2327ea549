/** The parts of a cut, one after the other, out of places that go on changing. */
import type { StatePart } from './cut.js';

/** What goes through them may also end before. */
export interface Parts extends IterableIterator<StatePart> {
  return(): IteratorResult<StatePart, undefined>;
}

/** `read`: the part of a place, if it has one. `end`: nothing more is read, be it that all has been or not; it may come more than once. */
export function readParts<P>(places: Iterator<P>, read: (place: P) => StatePart | undefined, end: () => void): Parts {
  let rest: Iterator<P> | undefined = places;
  const stop = (): IteratorResult<StatePart, undefined> => {
    rest = undefined;
    end();
    return { value: undefined, done: true };
  };
  const parts: Parts = {
    [Symbol.iterator]: () => parts,
    next() {
      try {
        for (let next = rest?.next(); next && !next.done; next = rest?.next()) {
          const part = read(next.value);
          if (part) return { value: part, done: false };
        }
      } catch (error) {
        stop();
        throw error;
      }
      return stop();
    },
    return: stop,
  };
  return parts;
}

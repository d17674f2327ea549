/** The parts of a cut, one after the other, out of places that go on changing. */
import type { StatePart } from './cut.js';

/** What goes through them may also end before. */
export interface Parts extends IterableIterator<StatePart> {
  return(): IteratorResult<StatePart, undefined>;
}

/** `read`: the part of a place, if it has one. `end`: nothing more is read, be it that all has been or not. */
export function readParts<P>(places: Iterator<P>, read: (place: P) => StatePart | undefined, end: () => void): Parts {
  const parts = partsOf(places, read, end);
  // Once it has begun, it also comes to its end if nobody wants a single part.
  parts.next();
  return parts as unknown as Parts;
}

function* partsOf<P>(
  places: Iterator<P>,
  read: (place: P) => StatePart | undefined,
  end: () => void,
): Generator<StatePart | undefined, undefined> {
  try {
    yield undefined;
    for (let next = places.next(); !next.done; next = places.next()) {
      const part = read(next.value);
      if (part) yield part;
    }
  } finally {
    end();
  }
  return undefined;
}

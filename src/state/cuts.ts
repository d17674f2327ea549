/**
 * Cuts through a state that goes on changing. Each place of the state has a mark: the interval between two cuts in which it last changed.
 * So to take a cut costs nothing; a place that changes while a cut is open is copied before, for whoever has not come to it yet; and what
 * changed since an earlier cut is known to any number of readers, whatever became of the cuts between. (Copy on write by epochs, as in
 * Flink's CopyOnWriteStateMap.)
 *
 * Invariant: a place whose mark is not above the number of a cut has not changed since that cut, or stands in its images.
 */
import type { StatePart } from './cut.js';
import { type Parts, readParts } from './readParts.js';

/** Something of a state that is read and copied as a whole. */
export interface Place {
  readonly id: number;
  /** The interval in which it last changed; 0: there is nothing. */
  readonly mark: number;
  /** As plain data that shares nothing with the state. */
  dump(): unknown;
}

/**
 * What was at places that have changed, by their ids, as plain data when it is asked for; undefined: what was there at the cut that this one is
 * compared with.
 */
export type Images = Map<number, (() => unknown) | undefined>;

/**
 * The parts of a cut, one after the other, to the end or until `return`. Who does not go through them holds the cut: what is at a place that
 * changes goes into `images` before, and where there is no image and the mark is not above the number of the cut, all is as it was.
 */
export interface OpenCut extends Parts {
  images: Images;
}

interface Reading extends OpenCut {
  readonly number: number;
  readonly since: number;
  /** Places up to here have been read. */
  at: number;
}

export class Cuts {
  /** The interval at hand: above the numbers of all cuts. */
  epoch = 1;
  readonly #open = new Set<Reading>();
  /** The first cut: nothing can be compared with one before it. */
  #first = Infinity;

  /**
   * Takes a cut. `number` ascends; one that comes twice must be of the same barrier. `places`: those there are now, and their places if they
   * are gone when it comes to them, in order of their ids.
   */
  take(number: number, since: number, places: Iterator<Place>): OpenCut {
    if (this.#first > number) this.#first = number;
    if (number >= this.epoch) this.epoch = number + 1;
    const end = (): void => {
      reading.images.clear();
      this.#open.delete(reading);
    };
    const parts = readParts(places, place => partOf(place, reading), end);
    const reading: Reading = Object.assign(parts, { number, since: since < this.#first ? 0 : since, images: new Map(), at: -1 });
    this.#open.add(reading);
    return reading;
  }

  /** Before a place changes that last did so in the interval `mark`. `copy` copies it, and returns what gives the copy as plain data. */
  keep(id: number, mark: number, copy: () => () => unknown): void {
    let image: (() => unknown) | undefined;
    for (const { number, since, at, images } of this.#open) {
      // Not there at the cut, or changed since, or read already.
      if (mark > number || id <= at) continue;
      if (mark > since) image ??= copy();
      images.set(id, mark > since ? image : undefined);
    }
  }
}

/** A place as it was at the cut; undefined: it was not there. */
function partOf(place: Place, reading: Reading): StatePart | undefined {
  const { id, mark } = place;
  const { images, number, since } = reading;
  reading.at = id;
  const image = images.get(id);
  if (images.delete(id)) return image ? { id, data: image() } : { id };
  if (mark === 0 || mark > number) return undefined;
  return mark > since ? { id, data: place.dump() } : { id };
}

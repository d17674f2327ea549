import { adviceOn, type DisorderAdvice, type Measured } from './advice.js';
import type { Ahead } from './ahead.js';
import type { Bounds } from './bounds.js';
import type { SourceDisorder } from './sourceFronts.js';
import { disorderText } from './text.js';

/** What {@link measureDisorder} has found. Plain data, so `JSON.stringify` works; as a string it is a table, and `drawDisorder` makes a picture. */
export class DisorderReport {
  /** How many elements came. */
  readonly elements: number;
  /** What to make of it, in sentences. */
  readonly advice: readonly DisorderAdvice[];
  /** Elements far ahead of the clock, or of the others. */
  readonly ahead: Ahead;
  /** The bounds for one watermark for all elements. */
  readonly global: Bounds;
  /** The same, when the elements far ahead are turned away; undefined if there are none. */
  readonly guarded: Bounds | undefined;
  /** The bounds if each source has a watermark of its own; undefined without `source`. Those ahead of `arrival` are turned away. */
  readonly bySource: Bounds | undefined;
  /** Each source by itself, the most disordered first. */
  readonly sources: readonly SourceDisorder[];

  /** @internal */
  constructor(measured: Measured, sources: readonly SourceDisorder[]) {
    this.elements = measured.elements;
    this.advice = adviceOn(measured);
    this.ahead = measured.ahead;
    this.global = measured.global;
    this.guarded = measured.guarded;
    this.bySource = measured.bySource;
    this.sources = sources;
  }

  /** The advice, and tables of bounds. */
  toString(): string {
    return disorderText(this);
  }
}

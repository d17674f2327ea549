/**
 * The row form of allOf: the rows of the parts lie side by side, each part at its offset. The loops have no closure and no
 * allocation, since they run once per element.
 */
import type { Rows } from './aggregate.js';
import { ofPart } from './ofPart.js';

type Part = Rows<any, unknown>;
type Whole = Rows<unknown, Record<string, unknown>>;

/** The rows of the parts one after the other, or undefined if a part has none. */
export function sideBySide(names: readonly string[], parts: readonly { readonly rows?: Part }[]): Whole | undefined {
  const inner: Part[] = [];
  const offsets: number[] = [];
  let stride = 0;
  for (const { rows } of parts) {
    if (rows === undefined) return undefined;
    inner.push(rows);
    offsets.push(stride);
    stride += rows.stride;
  }
  const whole = wholeRows(names, inner, offsets, stride);
  return inner.every(rows => rows.remove) ? { ...whole, remove: rowsRemoval(names, inner, offsets) } : whole;
}

function wholeRows(names: readonly string[], inner: readonly Part[], offsets: readonly number[], stride: number): Whole {
  return {
    stride,
    init: (rows, at) => {
      for (let i = 0; i < inner.length; i++) (inner[i] as Part).init(rows, at + (offsets[i] as number));
    },
    add: (rows, at, value, timestamp) => {
      for (let i = 0; i < inner.length; i++) {
        try {
          (inner[i] as Part).add(rows, at + (offsets[i] as number), value, timestamp);
        } catch (error) {
          throw ofPart(names[i] as string, error);
        }
      }
    },
    merge: (rows, at, from, fromAt) => {
      for (let i = 0; i < inner.length; i++) {
        const offset = offsets[i] as number;
        (inner[i] as Part).merge(rows, at + offset, from, fromAt + offset);
      }
    },
    result: (rows, at) => {
      const results: Record<string, unknown> = {};
      for (let i = 0; i < inner.length; i++) {
        results[names[i] as string] = (inner[i] as Part).result(rows, at + (offsets[i] as number));
      }
      return results;
    },
  };
}

function rowsRemoval(names: readonly string[], inner: readonly Part[], offsets: readonly number[]): NonNullable<Whole['remove']> {
  return (rows, at, value, timestamp) => {
    for (let i = 0; i < inner.length; i++) {
      try {
        (inner[i] as Part).remove?.(rows, at + (offsets[i] as number), value, timestamp);
      } catch (error) {
        throw ofPart(names[i] as string, error);
      }
    }
  };
}

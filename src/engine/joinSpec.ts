/** What window joins and interval joins have in common: their types, and the words of their options. */
import { mustBe } from '../errors.js';
import type { LateRecord } from './pane.js';

/** Whose elements also give a row when they find no partner: nobody's, those of the left, of the right, or of both. */
export type JoinType = 'inner' | 'left' | 'right' | 'outer';

/** The left side of a row: missing in what has only a right one. */
export type LeftOf<J extends JoinType, L> = J extends 'right' | 'outer' ? L | undefined : L;

/** The right side of a row: missing in what has only a left one. */
export type RightOf<J extends JoinType, R> = J extends 'left' | 'outer' ? R | undefined : R;

/** An element of one of the two sides that did not count, and why. */
export type JoinLateRecord<L, R> =
  | (LateRecord<L> & {
      /** Which side it came from. */
      readonly side: 'left';
    })
  | (LateRecord<R> & {
      /** Which side it came from. */
      readonly side: 'right';
    });

const TYPES: readonly JoinType[] = ['inner', 'left', 'right', 'outer'];

/** The type of a join, `inner` if none is given; refuses any other word. */
export function checkType(where: string, type: JoinType = 'inner'): JoinType {
  if (TYPES.includes(type)) return type;
  throw mustBe(`${where}: type`, `one of ${TYPES.join(', ')}`, type);
}

/** Whether the elements of a side also give a row alone. */
export function standsAlone(type: JoinType, left: boolean): boolean {
  return type === 'outer' || type === (left ? 'left' : 'right');
}

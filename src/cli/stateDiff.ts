/** What differs between two checkpoints: positions of sources, and rows of operators. */
import { isDeepStrictEqual } from 'node:util';
import type { RestoredJob } from '../checkpoint/participants.js';
import type { SavedState } from '../state/cut.js';
import { identityOf, rowsOf, type StateRow } from './stateRows.js';

export interface RowChange {
  readonly change: 'added' | 'removed' | 'changed';
  /** As it was before; after it, if it is new. */
  readonly row: StateRow;
  readonly before: unknown;
  readonly after: unknown;
}

export interface OperatorDiff {
  readonly id: string;
  readonly in: 'both' | 'first' | 'second';
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly same: number;
  /** What it keeps beside its rows: watermark, counts of drops, the list of its windows. */
  readonly rest: 'same' | 'changed';
  readonly rows: readonly RowChange[];
}

export interface SourceDiff {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly moved: boolean;
}

export interface StateDiff {
  readonly sources: readonly SourceDiff[];
  readonly operators: readonly OperatorDiff[];
}

const NOTHING: SavedState = { rest: undefined, parts: [] };

/** From `a` to `b`. `limit`: so many changed rows are told of each operator; all are counted. */
export function diffStates(a: RestoredJob, b: RestoredJob, limit: number): StateDiff {
  const names = [...new Set([...a.sources.keys(), ...b.sources.keys()])];
  const ids = [...new Set([...a.operators.keys(), ...b.operators.keys()])];
  return {
    sources: names.map(name => {
      const [before, after] = [a.sources.get(name), b.sources.get(name)];
      return { name, before, after, moved: !isDeepStrictEqual(before, after) };
    }),
    operators: ids.map(id => diffOperator(id, a.operators.get(id), b.operators.get(id), limit)),
  };
}

function diffOperator(id: string, a: SavedState | undefined, b: SavedState | undefined, limit: number): OperatorDiff {
  const before = new Map([...rowsOf(a ?? NOTHING)].map(row => [identityOf(row), row]));
  const counts = { added: 0, removed: 0, changed: 0, same: 0 };
  const rows: RowChange[] = [];
  const tell = (change: RowChange['change'], row: StateRow, from: unknown, to: unknown): void => {
    counts[change]++;
    if (rows.length < limit) rows.push({ change, row, before: from, after: to });
  };
  for (const row of rowsOf(b ?? NOTHING)) {
    const identity = identityOf(row);
    const old = before.get(identity);
    before.delete(identity);
    if (!old) tell('added', row, undefined, row.state);
    else if (isDeepStrictEqual(old, row)) counts.same++;
    else tell('changed', old, old.state, row.state);
  }
  for (const row of before.values()) tell('removed', row, row.state, undefined);
  const rest = isDeepStrictEqual(a?.rest, b?.rest) ? 'same' : 'changed';
  return { id, in: a && b ? 'both' : a ? 'first' : 'second', ...counts, rest, rows };
}

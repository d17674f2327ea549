/** What is wrong with the rows that are visible in the end. */
import type { Outlet } from './outlet.js';
import type { Program } from './programs.js';
import { rowOf, type Said } from './undisturbed.js';

export function rowViolations(outlet: Outlet, program: Program, { rows, held }: Said, fellBack: boolean): string[] {
  const { mode } = outlet;
  if (mode === 'upsert')
    return differences(
      mode,
      [...outlet.panes.values()].map(pane => rowOf(program, pane, 1)),
      held,
      false,
    );
  // An older checkpoint says rows of an outbox again, under new ids.
  return differences(mode, outlet.rows, rows, mode === 'outbox' && fellBack);
}

function differences(mode: string, visible: readonly string[], expected: readonly string[], mayRepeat: boolean): string[] {
  const left = new Map<string, number>();
  for (const row of expected) left.set(row, (left.get(row) ?? 0) + 1);
  for (const row of visible) left.set(row, (left.get(row) ?? 0) - 1);
  return [...left].flatMap(([row, count]) => {
    if (count > 0) return [`I10: ${mode}: missing: ${row}`];
    return count < 0 && !(mayRepeat && expected.includes(row)) ? [`I10: ${mode}: too often: ${row}`] : [];
  });
}

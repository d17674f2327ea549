/**
 * What becomes of each part of some state in a program: of positions, of operators, of sinks. The same lines are what `plan` shows before
 * anything runs, and what a job is refused by.
 */
import type { Form } from '../checkpoint/form.js';
import type { Manifest } from '../checkpoint/manifest.js';
import type { SinkMode } from '../checkpoint/participants.js';
import { show, TidemarkError } from '../errors.js';
import { changesOf, type FormChange } from './forms.js';

/** What becomes of a part. */
export type PlanOutcome =
  /** It goes on with what was kept. */
  | 'kept'
  /** It begins with nothing. */
  | 'new'
  /** What was kept is left behind. */
  | 'dropped'
  /** It goes on with what `migrate` makes of what was kept. */
  | 'migrated'
  /** It cannot use what was kept. */
  | 'incompatible';

/** One part, and what becomes of it. */
export interface PlanLine {
  /** A source's position, an operator's state, or a sink. */
  readonly part: 'source' | 'operator' | 'sink';
  /** The name of a source or a sink; kind and name of an operator: `windowBy/delays`. */
  readonly id: string;
  /** What becomes of it. */
  readonly outcome: PlanOutcome;
  /** Why, in a sentence without a full stop. */
  readonly reason: string;
  /** A job is refused because of it. */
  readonly refused: boolean;
  /** What goes wrong although a job is not refused; absent: nothing is known. */
  readonly warning?: string;
  /** Of an operator: what is another one than it was. */
  readonly changes: readonly FormChange[];
}

/** A program as `planOf` sees it. */
export interface Program {
  readonly operators: readonly { readonly id: string; readonly kind: string; readonly form: Form | undefined }[];
  readonly sources: readonly string[];
  readonly sinks: readonly { readonly name: string; readonly mode: SinkMode }[];
  /** Operators that are there, though they may not be connected any more: those that have ended. */
  readonly ids?: ReadonlySet<string>;
}

/** What was kept. */
export interface Kept extends Manifest {
  /** What it is, in words: `checkpoint 3 of job delays`. */
  readonly what: string;
  readonly sinks: Readonly<Record<string, SinkMode>>;
  /** Rows of the last checkpoint may wait to be committed. */
  readonly pending: boolean;
  /** By the name of the source; absent: they have not been read. */
  readonly positions?: ReadonlyMap<string, unknown>;
}

/** What becomes of everything: what {@link plan} gives. `String(plan)` is a table. */
export class Plan {
  /** What the state is of: `savepoint before tuning, of checkpoint 3 of job delays`. */
  readonly from: string;
  /** Sources first, then operators, then sinks. */
  readonly lines: readonly PlanLine[];

  /** @internal */
  constructor(from: string, lines: readonly PlanLine[]) {
    this.from = from;
    this.lines = lines;
  }

  /** Those because of which a job does not start. */
  get refused(): readonly PlanLine[] {
    return this.lines.filter(line => line.refused);
  }

  /** Those that a person should look at, though a job starts. */
  get warned(): readonly PlanLine[] {
    return this.lines.filter(line => line.warning !== undefined);
  }

  /** A table: what becomes of what, and why. */
  toString(): string {
    const rows = this.lines.map(({ outcome, part, id, reason, refused, warning }) => [
      refused ? '!' : warning ? '?' : ' ',
      outcome,
      part,
      id,
      reason,
    ]);
    const widths = [0, 1, 2, 3].map(column => Math.max(0, ...rows.map(row => (row[column] as string).length)));
    const table = rows.map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
    const warnings = this.warned.map(({ part, id, warning }) => `WARNING (?): ${part} ${id}: ${warning}`);
    const { length } = this.refused;
    const end =
      length === 0 ? 'nothing stands against it' : `${length} of ${this.lines.length} ${length === 1 ? 'stands' : 'stand'} against it (!)`;
    return `${[`from ${this.from}`, ...table, ...warnings, end].join('\n')}\n`;
  }

  /**
   * Throws BAD_SNAPSHOT if the job cannot go on from there.
   * @internal
   */
  check(where: string): void {
    if (this.refused.length === 0) return;
    const what = this.refused.map(({ part, id, reason }) => `${part === 'operator' ? '' : `${part} `}${id}: ${reason}`).join('; ');
    throw new TidemarkError('BAD_SNAPSHOT', `${where}: ${this.from} does not fit this program. ${what}. plan() shows all of it.`);
  }
}

/** `dropped`: ids of operators whose state may be left behind. */
export function planOf(kept: Kept, program: Program, dropped: ReadonlySet<string>): Plan {
  const lines = [...sourceLines(kept, program, dropped), ...operatorLines(kept, program, dropped), ...sinkLines(kept, program)];
  return new Plan(kept.what, warned(lines));
}

/** A source of another name is read from its beginning: what it was before may have gone into state that goes on. */
function warned(lines: readonly PlanLine[]): readonly PlanLine[] {
  const gone = lines.filter(({ part, outcome }) => part === 'source' && outcome === 'dropped');
  const kept = lines.filter(
    ({ part, outcome, id }) => part === 'operator' && /kept|migrated/.test(outcome) && !id.startsWith('eventTime/'),
  );
  if (gone.length === 0 || kept.length === 0) return lines;
  const names = (of: readonly PlanLine[]): string => of.map(({ id }) => id).join(', ');
  const warning = `if it is ${names(gone)} under another name, what ${names(kept)} had of it counts twice; name it as it was, or rename these too`;
  return lines.map(line => (line.part === 'source' && line.outcome === 'new' ? { ...line, warning } : line));
}

function line(part: PlanLine['part'], id: string, outcome: PlanOutcome, reason: string, refused = false): PlanLine {
  return { part, id, outcome, reason, refused, changes: [] };
}

function sourceLines({ sources, positions }: Kept, program: Program, dropped: ReadonlySet<string>): PlanLine[] {
  const there = program.sources.map(name => {
    if (!sources.includes(name)) return line('source', name, 'new', 'is read from its beginning');
    const position = positions?.get(name);
    if (positions && position === undefined) return line('source', name, 'kept', 'goes on from its beginning');
    return line('source', name, 'kept', `goes on ${positions ? `at ${show(position)}` : 'where it was'}`);
  });
  const gone = sources.filter(name => !program.sources.includes(name) && !program.ids?.has(`eventTime/${name}`));
  return [...there, ...gone.map(name => leftBehind('source', name, `eventTime/${name}`, dropped))];
}

/** `id`: what it must be allowed by. */
function leftBehind(part: PlanLine['part'], name: string, id: string, dropped: ReadonlySet<string>): PlanLine {
  if (dropped.has(id)) return line(part, name, 'dropped', 'the program does not have it, and allowDropped says that this is all right');
  return line(part, name, 'dropped', `the program does not have it; bring it back, or leave it behind by allowDropped: ['${id}']`, true);
}

function operatorLines({ operators, forms = {} }: Kept, program: Program, dropped: ReadonlySet<string>): PlanLine[] {
  const there = program.operators.map(({ id, kind, form }) => {
    if (!operators.includes(id)) return line('operator', id, 'new', 'begins empty');
    const was = forms[id];
    return judged(id, was && form ? changesOf(kind, was, form) : [], dropped);
  });
  const known = new Set(program.operators.map(({ id }) => id));
  const gone = operators.filter(id => !known.has(id) && !program.ids?.has(id));
  return [...there, ...gone.map(id => leftBehind('operator', id, id, dropped))];
}

function judged(id: string, changes: readonly FormChange[], dropped: ReadonlySet<string>): PlanLine {
  const bad = changes.filter(({ verdict }) => verdict === 'incompatible');
  if (bad.length > 0 && dropped.has(id))
    return { ...line('operator', id, 'dropped', `begins empty, as allowDropped says; ${told(bad)}`), changes };
  if (bad.length > 0) return { ...line('operator', id, 'incompatible', told(bad), true), changes };
  const outcome = changes.some(({ verdict }) => verdict === 'migrated') ? 'migrated' : 'kept';
  return { ...line('operator', id, outcome, changes.length > 0 ? told(changes) : 'as it was'), changes };
}

/** What has changed, with each reason once. */
function told(changes: readonly FormChange[]): string {
  return changes
    .map(({ aspect, was, is, why }, at) => {
      const said = changes[at + 1]?.why === why;
      return `${aspect} was ${was}, is ${is}${said ? '' : `: ${why}`}`;
    })
    .join('; ');
}

function sinkLines({ sinks, pending }: Kept, program: Program): PlanLine[] {
  const there = program.sinks.map(({ name, mode }) => {
    const was = sinks[name];
    if (was === undefined) return line('sink', name, 'new', 'gets the rows from here on');
    if (was === mode) return line('sink', name, 'kept', 'goes on behind the rows that it has (not asked)');
    if (pending && hasPending(was)) return line('sink', name, 'incompatible', ofOtherMode(was, mode), true);
    return line('sink', name, 'kept', `was ${was}, is ${mode}`);
  });
  const gone = Object.entries(sinks).filter(([name]) => !program.sinks.some(sink => sink.name === name));
  return [
    ...there,
    ...gone.map(([name, mode]) => {
      const refused = pending && hasPending(mode);
      const reason = refused ? 'its last rows may not be committed; start once with it and stop, then without' : 'gets no more rows';
      return line('sink', name, 'dropped', reason, refused);
    }),
  ];
}

/** Whether rows of a checkpoint may be committed by the next owner. */
function hasPending(mode: SinkMode): boolean {
  return mode === 'transactional' || mode === 'outbox';
}

function ofOtherMode(was: SinkMode, is: SinkMode): string {
  return `was ${was}, is ${is}; its last rows may not be committed: start once with it as it was and stop, or use a savepoint`;
}

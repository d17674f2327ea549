/** `tidemark checkpoints diff`, `keys` and `get`: what operators hold. */
import type { SavedState } from '../state/cut.js';
import { seqOf } from './checkpointOptions.js';
import { type CommandRun, pinned, readState, say, withCheckpoint } from './checkpointRun.js';
import { InputError, UsageError } from './failure.js';
import { findCheckpoint, jobOf, readSlots } from './jobLog.js';
import { jsonOf } from './plainJson.js';
import { diffStates, type OperatorDiff, type StateDiff } from './stateDiff.js';
import { keyIs, rowsOf, type StateRow } from './stateRows.js';
import { counted, table, timeText } from './table.js';

export async function diff(run: CommandRun): Promise<number> {
  const { storage, options } = run;
  const [a, b] = options.words.map((word, at) => seqOf(at === 0 ? 'A' : 'B', word) as number) as [number, number];
  const job = await jobOf(storage, options.job);
  const slots = await readSlots(storage, job);
  const [first, second] = [findCheckpoint(job, slots, a), findCheckpoint(job, slots, b)];
  // A pin keeps all newer ones, too.
  return pinned(run, job, Math.min(a, b), async () => {
    const before = await readState(run, job, first);
    const after = await readState(run, job, second);
    const found = diffStates(before.job, after.job, options.limit);
    say(
      run,
      () => ({ job, a, b, ...found }),
      () => `job ${job}: from checkpoint ${a} to ${b}\n\n${diffText(found)}`,
    );
    return 0;
  });
}

function diffText({ sources, operators }: StateDiff): string {
  const moved = sources.map(({ name, before, after, moved }) => [name, jsonOf(before), moved ? jsonOf(after) : 'the same']);
  const counts = operators.map(({ id, added, removed, changed, same, rest, ...operator }) => [
    operator.in === 'both' ? id : `${id} (only in the ${operator.in})`,
    ...[added, removed, changed, same].map(String),
    rest,
  ]);
  const head = ['operator', '>added', '>removed', '>changed', '>same', 'beside rows'];
  return [
    table(['source', 'before', 'after'], moved),
    `\n${table(head, counts)}`,
    ...operators.filter(({ rows }) => rows.length > 0).map(changesText),
  ].join('');
}

function changesText({ id, added, removed, changed, rows }: OperatorDiff): string {
  const cells = rows.map(({ change, row, before, after }) => [
    { added: '+', removed: '-', changed: '~' }[change],
    ...placeOf(row),
    change === 'added' ? '' : jsonOf(before),
    change === 'removed' ? '' : jsonOf(after),
  ]);
  return `\n${id}\n${table(['', 'key', 'of', 'before', 'after'], cells)}${more(added + removed + changed - rows.length)}`;
}

export async function keys(run: CommandRun): Promise<number> {
  const { prefix, words } = run.options;
  return withRows(
    run,
    words[0] as string,
    ({ key }) => prefix === undefined || textOf(key).startsWith(prefix),
    () => 0,
  );
}

export async function get(run: CommandRun): Promise<number> {
  const [operator = '', typed] = run.options.words;
  if (typed === undefined) return rest(run, operator);
  const wanted = keyIs(typed);
  const none = (id: string): number => {
    run.err(`${id} holds nothing for ${typed}. keys lists what there is.\n`);
    return 1;
  };
  return withRows(run, operator, ({ key, scope }) => scope !== 'part' && wanted(key), none);
}

/** Operators that hold rows, if they hold anything. */
const KEYED = /^(windowBy|coGroup|joinWith|dedupe|reorder)\//;

/** Says those rows of an operator that are asked for. `none`: the exit code if there is none. */
async function withRows(
  run: CommandRun,
  operator: string,
  wanted: (row: StateRow) => boolean,
  none: (id: string) => number,
): Promise<number> {
  const { limit, window } = run.options;
  return withOperator(run, operator, (id, seq, saved) => {
    // Those of a job that is over are gone.
    if (saved.parts.length === 0 && !KEYED.test(id)) throw new InputError(`${id} keeps no rows by key: get ${id} shows what it holds.`);
    const rows: StateRow[] = [];
    let count = 0;
    for (const row of rowsOf(saved)) {
      if (!wanted(row) || !holds(row, window)) continue;
      count++;
      if (rows.length < limit) rows.push(row);
    }
    if (count === 0 && run.options.command === 'get') return none(id);
    say(
      run,
      () => ({ operator: id, checkpoint: seq, count, rows }),
      () => {
        const cells = rows.map(row => [...placeOf(row), jsonOf(row.state), row.panes === undefined ? '' : String(row.panes)]);
        return `${id} in checkpoint ${seq}: ${counted(count, 'row')}\n${count === 0 ? '' : table(['key', 'of', 'accumulated', '>panes'], cells)}${more(count - rows.length)}`;
      },
    );
    return 0;
  });
}

/** What an operator holds beside its rows. */
async function rest(run: CommandRun, operator: string): Promise<number> {
  if (run.options.window !== undefined) throw new UsageError('--window is about rows: give a KEY, or use keys.');
  return withOperator(run, operator, (_id, _seq, saved) => {
    run.out(`${jsonOf(saved.rest, 2)}\n`);
    return 0;
  });
}

async function withOperator(run: CommandRun, name: string, work: (id: string, seq: number, saved: SavedState) => number): Promise<number> {
  return withCheckpoint(run, run.options.seq, async ({ job, candidate }) => {
    const id = operatorOf(name, candidate.slot.operators, candidate.seq);
    const { operators } = (await readState(run, job, candidate)).job;
    const saved = operators.get(id);
    if (!saved) throw new InputError(`checkpoint ${candidate.seq} names ${id}, and holds nothing of it: verify says more.`);
    return work(id, candidate.seq, saved);
  });
}

/** By kind and name, or by the name alone. */
function operatorOf(name: string, ids: readonly string[], seq: number): string {
  if (ids.includes(name)) return name;
  const named = ids.filter(id => id.slice(id.indexOf('/') + 1) === name);
  if (named.length === 1) return named[0] as string;
  if (named.length > 1) throw new UsageError(`several operators are named ${name}: say which, ${named.join(' or ')}.`);
  throw new InputError(`checkpoint ${seq} holds no operator ${name}; there is ${ids.join(', ') || 'none'}.`);
}

function holds({ scope, start, end }: StateRow, time: number | undefined): boolean {
  if (time === undefined) return true;
  // How long a slice is is not in the checkpoint.
  return scope === 'window' ? start <= time && time < (end as number) : scope === 'slice' && start === time;
}

/** Key and window, in words. */
function placeOf({ key, scope, start, end }: StateRow): [key: string, of: string] {
  if (scope === 'part') return ['', `part ${start}`];
  return [textOf(key), scope === 'window' ? `${timeText(start)} .. ${timeText(end as number)}` : `slice ${timeText(start)}`];
}

/** A text as it is, if it cannot be taken for something else. */
function textOf(key: unknown): string {
  return typeof key === 'string' && /^[^\s"'[{\d-]\S*$/.test(key) && !/^(true|false|null)$/.test(key) ? key : jsonOf(key);
}

function more(count: number): string {
  return count > 0 ? `... and ${counted(count, 'more row')}: --limit 0 shows all\n` : '';
}

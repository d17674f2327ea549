/** `tidemark checkpoints list`, `show` and `verify`. */
import { type Form, formText } from '../checkpoint/form.js';
import type { FoundSlot } from '../checkpoint/manifestLog.js';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import type { SavedState } from '../state/cut.js';
import { type CommandRun, type Found, pinned, readState, say, withCheckpoint, withProgress } from './checkpointRun.js';
import { InputError } from './failure.js';
import { checkpointsOf, findCheckpoint, isCommitted, jobOf, readSlots, sizesOf } from './jobLog.js';
import { listPins, type Pin, READING } from './pins.js';
import { jsonOf } from './plainJson.js';
import { rowsOf } from './stateRows.js';
import { bytesText, counted, table, timeText } from './table.js';
import { verifyJob } from './verifyJob.js';

interface Listed {
  readonly job: string;
  readonly seq: number;
  readonly createdAt: number;
  readonly full: boolean;
  readonly bytes: number;
  readonly standsOn: number;
  readonly watermark: number;
  readonly committed: boolean;
  readonly pins: readonly string[];
}

export async function list(run: CommandRun): Promise<number> {
  const { storage, options } = run;
  const jobs = options.job === undefined ? (await storage.listJobs()).sort() : [await jobOf(storage, options.job)];
  if (jobs.length === 0) throw new InputError(`${storage.name} holds no job.`);
  const found = await Promise.all(jobs.map(job => listedOf(storage, job)));
  const rows = found.flatMap(({ checkpoints }) => checkpoints);
  const broken = found.flatMap(({ unreadable }) => unreadable);
  say(
    run,
    () => ({ checkpoints: rows, unreadable: broken }),
    () => listText(jobs, rows) + broken.map(({ job, seq, why }) => `job ${job}: slot ${seq} cannot be read: ${why}\n`).join(''),
  );
  return broken.length > 0 ? 1 : 0;
}

async function listedOf(storage: CheckpointStorage, job: string) {
  const slots = await readSlots(storage, job);
  const pins = (await listPins(storage, job)).filter(({ name }) => name !== READING);
  return {
    checkpoints: checkpointsOf(slots).map(candidate => listedRow(job, slots, candidate, pins)),
    unreadable: slots.flatMap(({ seq, slot }) => (slot.kind === 'unreadable' ? [{ job, seq, why: slot.why }] : [])),
  };
}

function listedRow(job: string, slots: readonly FoundSlot[], candidate: Found['candidate'], pins: readonly Pin[]): Listed {
  const { seq, slot } = candidate;
  const { own, all } = sizesOf(slot);
  return {
    job,
    seq,
    createdAt: slot.createdAt,
    full: slot.chain.length === 1,
    bytes: own,
    standsOn: all,
    watermark: slot.watermark,
    committed: isCommitted(candidate, slots),
    pins: pins.flatMap(pin => (pin.seq === seq ? [pin.name] : [])),
  };
}

function listText(jobs: readonly string[], rows: readonly Listed[]): string {
  return jobs
    .map(job => {
      const own = rows.filter(row => row.job === job);
      if (own.length === 0) return `job ${job}: no checkpoint yet\n`;
      const cells = own.map(({ seq, createdAt, full, bytes, standsOn, watermark, committed, pins }) => [
        String(seq),
        timeText(createdAt),
        full ? 'full' : 'changes',
        bytesText(bytes),
        bytesText(standsOn),
        timeText(watermark),
        committed ? 'committed' : 'not known',
        pins.join(' '),
      ]);
      return `job ${job}\n${table(['>seq', 'made', 'holds', '>size', '>stands on', 'watermark', 'rows', 'pinned'], cells)}`;
    })
    .join('\n');
}

interface Shown {
  readonly id: string;
  readonly rows: number;
  readonly parts: number;
  readonly spec: string | undefined;
}

export async function show(run: CommandRun): Promise<number> {
  return withCheckpoint(run, run.options.seq, async found => {
    const { job, slots, candidate } = found;
    const { seq, slot } = candidate;
    const state = await readState(run, job, candidate);
    const operators = [...state.job.operators].map(([id, saved]) => shownOf(id, saved, slot.forms?.[id]));
    const pins = (await listPins(run.storage, job)).filter(pin => pin.name !== READING && pin.seq === seq);
    const facts = listedRow(job, slots, candidate, pins);
    const sources = Object.fromEntries(state.job.sources);
    const { sinks, chain, epoch, number, program } = slot;
    say(
      run,
      () => ({ ...facts, owner: epoch, barrier: number, program, sources, sinks, operators, chain }),
      () => showText(found, facts, state.job.sources, operators),
    );
    return 0;
  });
}

function shownOf(id: string, saved: SavedState, form: Form | undefined): Shown {
  const { spec } = (saved.rest ?? {}) as { readonly spec?: unknown };
  let rows = 0;
  for (const _ of rowsOf(saved)) rows++;
  return { id, rows, parts: saved.parts.length, spec: form ? formText(form) : typeof spec === 'string' ? spec : undefined };
}

function showText({ job, candidate }: Found, facts: Listed, positions: ReadonlyMap<string, unknown>, operators: readonly Shown[]): string {
  const { seq, slot } = candidate;
  const { chunks } = sizesOf(slot);
  const sinks = Object.entries(slot.sinks).map(([name, { mode }]) => [name, mode]);
  const sources = [...positions].map(([name, position]) => [name, jsonOf(position)]);
  const holds = operators.map(({ id, rows, parts, spec }) => [id, parts === 0 ? '' : counted(rows, 'row'), spec ?? '']);
  return [
    `checkpoint ${seq} of job ${job}\n`,
    `  made ${timeText(slot.createdAt)} by owner ${slot.epoch}, its barrier ${slot.number}; watermark ${timeText(slot.watermark)}\n`,
    `  ${facts.full ? 'full' : `a full one and ${counted(slot.chain.length - 1, 'change')}`}: ${bytesText(facts.standsOn)} in ${counted(chunks, 'chunk')}\n`,
    `  rows: ${facts.committed ? 'committed' : 'not known to be committed; the next start of the job sees to it'}\n`,
    facts.pins.length > 0 ? `  pinned: ${facts.pins.join(', ')}\n` : '',
    `\n${table(['source', 'position'], sources)}`,
    sinks.length > 0 ? `\n${table(['sink', 'mode'], sinks)}` : '',
    `\n${table(['operator', '>holds', 'with'], holds)}`,
  ].join('');
}

export async function verify(run: CommandRun): Promise<number> {
  const { storage, options } = run;
  const job = await jobOf(storage, options.job);
  const before = await readSlots(storage, job);
  if (options.seq !== undefined) findCheckpoint(job, before, options.seq);
  const oldest = options.seq ?? checkpointsOf(before)[0]?.seq;
  const work = async (): Promise<number> => {
    const slots = await readSlots(storage, job);
    const bytes = checkpointsOf(slots).reduce((sum, { seq, slot }) => sum + ((options.seq ?? seq) === seq ? sizesOf(slot).all : 0), 0);
    const found = await withProgress(run, bytes, env => verifyJob(storage, job, slots, env, options.seq));
    say(
      run,
      () => ({ job, ...found }),
      () =>
        [
          `job ${job}: ${counted(slots.length, 'slot')}, ${counted(found.whole.length, 'checkpoint')} whole (${bytesText(bytes)} read)\n`,
          ...found.wrong.map(sentence => `wrong: ${sentence}\n`),
          ...found.notes.map(sentence => `note: ${sentence}\n`),
        ].join(''),
    );
    return found.wrong.length > 0 ? 1 : 0;
  };
  return oldest === undefined ? work() : pinned(run, job, oldest, work);
}

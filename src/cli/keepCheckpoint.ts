/** `tidemark checkpoints export`, `import`, `pin` and `gc`: those that write. */
import { copyCheckpoint } from '../checkpoint/copyCheckpoint.js';
import type { FoundSlot } from '../checkpoint/manifestLog.js';
import { readCheckpoint } from '../checkpoint/readCheckpoint.js';
import { rebase } from '../checkpoint/rebase.js';
import { world } from '../job/world.js';
import { memoryStorage } from '../storages/memoryStorage.js';
import { type CommandRun, readState, say, withCheckpoint, withProgress } from './checkpointRun.js';
import { collectJob } from './collectJob.js';
import { loadExport, writeExport } from './exportFile.js';
import { InputError, UsageError } from './failure.js';
import { checkpointsOf, findCheckpoint, isCommitted, jobOf, readSlots, sizesOf } from './jobLog.js';
import { addPin, listPins } from './pins.js';
import { bytesText, counted } from './table.js';

export async function exportCheckpoint(run: CommandRun): Promise<number> {
  const [file = ''] = run.options.words;
  return withCheckpoint(run, run.options.seq, async ({ job, slots, candidate }) => {
    const { seq, slot } = candidate;
    if (!run.options.anyway && !isCommitted(candidate, slots)) throw notKnown(seq, slots);
    const state = await readState(run, job, candidate);
    const memory = memoryStorage();
    await memory.open();
    const bytes = await writeExport(file, memory, await rebase(state, slot, { storage: memory, job }, world));
    await memory.close();
    say(
      run,
      () => ({ job, checkpoint: seq, file, bytes }),
      () => `checkpoint ${seq} of job ${job} is in ${file}: ${bytesText(bytes)}\n`,
    );
    return 0;
  });
}

function notKnown(seq: number, slots: readonly FoundSlot[]): InputError {
  const known = checkpointsOf(slots).findLast(other => isCommitted(other, slots));
  const older = known ? ` Or take --at ${known.seq}, the newest that is known to be.` : '';
  return new InputError(
    `whether the rows of checkpoint ${seq} are committed in its sinks is not known from here, and an export leaves them out if they are not. If its job has ended in peace (job.done has resolved) they are: say --anyway.${older}`,
  );
}

export async function importCheckpoint(run: CommandRun): Promise<number> {
  const { options, storage } = run;
  const [file = ''] = options.words;
  const memory = await loadExport(file);
  await memory.open();
  try {
    const from = await jobOf(memory, undefined);
    const candidate = findCheckpoint(from, await readSlots(memory, from));
    // All of it is looked at before anything is written.
    await readCheckpoint(memory, from, candidate, world);
    const job = options.job ?? from;
    if ((await storage.listSlots(job)).length > 0)
      throw new InputError(`${storage.name} holds a job ${job} already, and nothing is overwritten: give it another name by --job.`);
    const { seq } = candidate;
    // As it was, so that sinks which stand there go on behind it.
    const as = candidate.slot.origin?.seq ?? seq;
    await withProgress(run, sizesOf(candidate.slot).all, env =>
      copyCheckpoint({ storage: memory, job: from }, { seq, slot: candidate.slot }, { storage, job, seq: as }, env),
    );
    say(
      run,
      () => ({ job, storage: storage.name, checkpoint: as }),
      () => `${file} is checkpoint ${as} of job ${job} in ${storage.name}\n`,
    );
    return 0;
  } finally {
    await memory.close();
  }
}

export async function pin(run: CommandRun): Promise<number> {
  const { options, storage } = run;
  const { name, remove } = options;
  if (!storage.capabilities.durable) throw new UsageError('an export is a file of its own: nothing in it needs a pin.');
  const job = await jobOf(storage, options.job);
  if (remove) {
    const pins = (await listPins(storage, job)).filter(other => other.name === name && (options.seq ?? other.seq) === other.seq);
    if (pins.length === 0) throw new InputError(`job ${job} has no such pin '${name}': list shows them.`);
    await storage.deleteChunks(
      job,
      pins.map(({ id }) => id),
    );
    const seqs = pins.map(({ seq }) => seq);
    say(
      run,
      () => ({ job, name, removed: seqs }),
      () => `pin ${name} of checkpoint ${seqs.join(', ')} is gone\n`,
    );
    return 0;
  }
  const { seq } = findCheckpoint(job, await readSlots(storage, job), options.seq);
  const id = await addPin(storage, job, seq, name);
  if (!(await storage.listSlots(job)).includes(seq)) {
    await storage.deleteChunks(job, [id]);
    throw new InputError(`checkpoint ${seq} has just been deleted: try again.`);
  }
  say(
    run,
    () => ({ job, name, checkpoint: seq }),
    () => `checkpoint ${seq} of job ${job} is pinned as ${name}, until pin ${seq} --name ${name} --remove\n`,
  );
  return 0;
}

export async function gc(run: CommandRun): Promise<number> {
  const { options, storage } = run;
  const job = await jobOf(storage, options.job);
  const slots = await readSlots(storage, job);
  const { keep } = options;
  const bytes = checkpointsOf(slots).reduce((sum, { slot }) => sum + sizesOf(slot).all, 0);
  const found = await withProgress(run, bytes, env => collectJob(storage, job, slots, { keep, dry: !options.yes, env }));
  const { checkpoints, chunks, pins } = found;
  const what = [
    ...(checkpoints.length > 0 ? [`${counted(checkpoints.length, 'checkpoint')} (${checkpoints.join(', ')})`] : []),
    ...(chunks > 0 ? [`${counted(chunks, 'chunk')} of ${bytesText(found.bytes)}`] : []),
    ...(pins.length > 0 ? [`${counted(pins.length, 'pin')} of commands that were killed`] : []),
  ];
  const words = what.length === 0 ? 'nothing to delete' : `${options.yes ? 'deleted' : 'would delete'} ${what.join(', ')}`;
  say(
    run,
    () => ({ job, deleted: options.yes, ...found }),
    () => `job ${job}: ${words}\n${what.length > 0 && !options.yes ? '--yes deletes it\n' : ''}`,
  );
  return 0;
}

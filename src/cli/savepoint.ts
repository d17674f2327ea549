/** `tidemark savepoint`: what a savepoint holds, and what would become of it in a program. */
import type { Savepoint } from '../checkpoint/savepoint.js';
import { type PlanOptions, plan, type StoredJob } from '../job/planFor.js';
import { readSavepoint } from '../job/savepointFile.js';
import { loadSavepoint } from '../job/storedSavepoints.js';
import type { Streams } from './checkpoints.js';
import { SAVEPOINT_HELP } from './help.js';
import { jobOf } from './jobLog.js';
import { pipelinesOf } from './pipelineModule.js';
import { jsonOf } from './plainJson.js';
import { isStorage, readSavepointOptions, type SavepointOptions } from './savepointOptions.js';
import { storageAt } from './storageAt.js';
import { bytesText, table, timeText } from './table.js';

const PROCESS: Pick<Streams, 'out'> = { out: text => process.stdout.write(text) };

/** Runs the command; gives the exit code. Throws a UsageError, an InputError or a TidemarkError. */
export async function savepoint(args: readonly string[], { out }: Pick<Streams, 'out'> = PROCESS): Promise<number> {
  const options = readSavepointOptions(args);
  if (!options) {
    out(SAVEPOINT_HELP);
    return 0;
  }
  return options.command === 'plan' ? planned(options, out) : shown(options, out);
}

async function planned(options: SavepointOptions, out: Streams['out']): Promise<number> {
  const pipelines = await pipelinesOf(options.module, options.exported);
  const outlook = await withState(options, from => plan(from, pipelines, { allowDropped: options.allowDropped } satisfies PlanOptions));
  const { from, lines, refused } = outlook;
  out(options.json ? `${jsonOf({ from, refused: refused.length > 0, lines }, 2)}\n` : String(outlook));
  return refused.length > 0 ? 1 : 0;
}

async function shown(options: SavepointOptions, out: Streams['out']): Promise<number> {
  return withState(options, async found => {
    const savepoint = found as Savepoint;
    const { label, job, checkpoint, createdAt, watermark, sources, operators, sinks, bytes } = savepoint;
    const facts = { label, job, checkpoint, createdAt, watermark, bytes: bytes.length, sources, operators, sinks };
    out(options.json ? `${jsonOf(facts, 2)}\n` : savepointText(savepoint));
    return 0;
  });
}

function savepointText({ label, job, checkpoint, createdAt, watermark, sources, operators, sinks, bytes }: Savepoint): string {
  const positions = sources.map(({ name, position, watermark }) => [name, jsonOf(position), timeText(watermark)]);
  const states = operators.map(({ id, version, fingerprint, spec }) => [id, String(version), fingerprint, spec]);
  return [
    `${label === '' ? 'an export' : `savepoint ${label}`}, of checkpoint ${checkpoint} of job ${job}\n`,
    `  made ${timeText(createdAt)}; watermark ${timeText(watermark)}; ${bytesText(bytes.length)}\n`,
    `\n${table(['source', 'position', 'watermark'], positions)}`,
    sinks.length > 0 ? `\n${table(['sink', 'mode'], sinks.map(({ name, mode }) => [name, mode]))}` : '', // biome-ignore format: one line
    `\n${table(['operator', '>version', 'fingerprint', 'with'], states)}`,
  ].join('');
}

/** What the first argument names. A storage is closed again. */
async function withState<R>({ from, job, label }: SavepointOptions, work: (from: Savepoint | StoredJob) => Promise<R>): Promise<R> {
  if (!isStorage(from)) return work(await readSavepoint(from));
  const storage = await storageAt(from);
  try {
    if (label !== undefined) return await work(await loadSavepoint(storage, label));
    return await work({ storage, name: await jobOf(storage, job) });
  } finally {
    await storage.close();
  }
}

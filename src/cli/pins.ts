/**
 * Pins: what keeps a checkpoint of a running job from being deleted. They are chunks named `pins/<slot>/<name>/<id>`, which the job looks
 * for before it deletes; a checkpoint that is pinned keeps all newer ones, too.
 */
import { PIN_PREFIX } from '../checkpoint/retention.js';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import { TidemarkError } from '../errors.js';
import { world } from '../job/world.js';
import { InputError } from './failure.js';

/** A pin as it was found. */
export interface Pin {
  readonly id: string;
  readonly seq: number;
  readonly name: string;
  /** Milliseconds since 1970; undefined: it does not say. */
  readonly at: number | undefined;
}

/** The name of pins that last as long as a command reads. */
export const READING = 'reading';

export async function listPins(storage: CheckpointStorage, job: string): Promise<Pin[]> {
  const ids: string[] = [];
  for await (const { id } of storage.listChunks(job, PIN_PREFIX)) ids.push(id);
  const pins = ids.map(async id => {
    const [, seq, name = ''] = id.split('/');
    return { id, seq: Number(seq), name, at: timeOf(await storage.getChunk(job, id)) };
  });
  return (await Promise.all(pins)).sort((a, b) => a.seq - b.seq || (a.id < b.id ? -1 : 1));
}

/** A job that runs was faster than the pin. */
export class JustDeleted extends InputError {
  constructor(seq: number) {
    super(`checkpoint ${seq} has just been deleted: try again.`);
  }
}

/** Returns the id of the pin. */
export async function addPin(storage: CheckpointStorage, job: string, seq: number, name: string): Promise<string> {
  const id = `${PIN_PREFIX}${seq}/${name}/${world.nonce()}`;
  await storage.putChunk(job, id, new TextEncoder().encode(JSON.stringify({ at: world.wallClock() })));
  return id;
}

/** Does something while a checkpoint is pinned; the pin goes when it ends, also by Ctrl-C. */
export async function whilePinned<R>(storage: CheckpointStorage, job: string, seq: number, work: () => Promise<R>): Promise<R> {
  const id = await addPin(storage, job, seq, READING).catch((error: unknown) => {
    if (!(error instanceof TidemarkError)) throw error;
    throw new InputError(`checkpoint ${seq} cannot be pinned: ${error.message} To read it without: --no-pin.`);
  });
  const remove = (): Promise<void> => storage.deleteChunks(job, [id]);
  const interrupted = (): void => void remove().finally(() => process.exit(130));
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    // It may have gone before the pin was there.
    if (!(await storage.listSlots(job)).includes(seq)) throw new JustDeleted(seq);
    return await work();
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, interrupted);
    await remove();
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

function timeOf(content: Uint8Array | undefined): number | undefined {
  try {
    const { at } = JSON.parse(new TextDecoder().decode(content)) as { at?: unknown };
    return typeof at === 'number' ? at : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Writes a checkpoint that has been read into a log of its own, as a full one, whatever chain of changes it stood on. As with
 * copyCheckpoint.ts it has no transactions: a job that begins with it has nothing to commit again.
 */
import { TidemarkError } from '../errors.js';
import { Attempt } from './attempt.js';
import { type Place, SAVEPOINT_SLOT } from './copyCheckpoint.js';
import { CutEncoder } from './cutEncoder.js';
import type { Env } from './env.js';
import type { Barrier } from './participants.js';
import type { ReadCheckpoint } from './readCheckpoint.js';
import { SegmentWriter } from './segmentWriter.js';
import { type CheckpointSlot, type Origin, sealSlot } from './slot.js';

/** `slot`: that of the checkpoint. Rejects with BAD_OPTION if there is something at `to`. */
export async function rebase({ job }: ReadCheckpoint, slot: CheckpointSlot, to: Place, env: Env): Promise<CheckpointSlot> {
  const cut = `${SAVEPOINT_SLOT}-${env.nonce()}`;
  const attempt = new Attempt(env, `writing ${to.job}`, Infinity);
  const encoder = new CutEncoder(barrierOf(job, slot), []);
  const chunks = await new SegmentWriter(to.storage, to.job, cut, env, attempt).write(encoder);
  const sinks = Object.fromEntries(Object.entries(slot.sinks).map(([name, { mode }]) => [name, mode]));
  const origin: Origin = slot.origin ?? { job: slot.job, seq: job.seq, label: '', sinks };
  const full: CheckpointSlot = { ...slot, job: to.job, epoch: 0, committed: 0, sinks: {}, chain: [{ cut, chunks }], origin };
  const outcome = await env.io('append slot', () => to.storage.appendSlot(to.job, SAVEPOINT_SLOT, sealSlot(full)));
  if (outcome === 'ok') return full;
  throw new TidemarkError('BAD_OPTION', `${to.storage.name} holds something named ${to.job} already: choose another name.`);
}

function barrierOf({ sources, operators }: ReadCheckpoint['job'], { watermark }: CheckpointSlot): Barrier {
  return {
    sources: [...sources].map(([name, position]) => ({ name, position })),
    operators: [...operators].map(([id, { rest, parts }]) => {
      const end = id.indexOf('/');
      return { kind: id.slice(0, end), name: id.slice(end + 1), rest, parts };
    }),
    watermark,
  };
}

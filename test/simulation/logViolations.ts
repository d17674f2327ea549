/** What is wrong with a log and its chunks, whoever wrote them. */
import { chunkId, openChunk } from '../../src/checkpoint/chunk.js';
import { openSlot } from '../../src/checkpoint/slot.js';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';

export async function logViolations(storage: CheckpointStorage, job = 'job'): Promise<string[]> {
  const violations: string[] = [];
  await storage.open();
  const seqs = await storage.listSlots(job);
  const checkpoints: number[] = [];
  for (const seq of seqs) {
    const bytes = await storage.readSlot(job, seq);
    const slot = bytes && openSlot(bytes);
    if (!slot || slot.kind === 'unreadable') {
      violations.push(`I3: slot ${seq} cannot be read`);
      continue;
    }
    if (slot.kind === 'checkpoint') checkpoints.push(seq);
    if (slot.epoch > seq) violations.push(`I4: slot ${seq} is of epoch ${slot.epoch}`);
    for (const { cut, chunks } of slot.kind === 'checkpoint' ? slot.chain : []) {
      for (const [index, ref] of chunks.entries()) {
        const chunk = await storage.getChunk(job, chunkId(cut, index));
        try {
          if (chunk) openChunk(chunk, { job, cut, index }, ref);
          else violations.push(`I8: chunk ${chunkId(cut, index)} of slot ${seq} is missing`);
        } catch (error) {
          violations.push(`I3: slot ${seq}: ${(error as Error).message}`);
        }
      }
    }
  }
  // A trim that was cut short leaves some of the oldest slots.
  const kept = seqs.filter(seq => seq >= (checkpoints.at(-2) ?? 0));
  for (const [at, seq] of kept.entries())
    if (seq !== (kept[0] as number) + at) violations.push(`I4: slot ${seq} comes after ${kept[at - 1]}`);
  await storage.close();
  return violations;
}

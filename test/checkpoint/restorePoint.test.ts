import { describe, expect, it } from 'vitest';
import type { FoundSlot } from '../../src/checkpoint/manifestLog.js';
import type { SinkMode } from '../../src/checkpoint/participants.js';
import { candidates } from '../../src/checkpoint/restorePoint.js';
import type { CheckpointSlot, Slot, UnreadableSlot } from '../../src/checkpoint/slot.js';
import { refusal } from '../support.js';

const unreadable: UnreadableSlot = { kind: 'unreadable', newer: false, why: 'torn' };

/** A log by letters: c claim, k checkpoint, x unreadable, n newer; from slot `first` on. */
function log(text: string, first = 1, committed = 0): FoundSlot[] {
  const slots: Record<string, Slot | UnreadableSlot> = {
    c: { kind: 'claim' } as Slot,
    k: { kind: 'checkpoint', committed } as CheckpointSlot,
    x: unreadable,
    n: { ...unreadable, newer: true },
  };
  return [...text].map((letter, at) => ({ seq: first + at, slot: slots[letter] as Slot }));
}

const floors = (mode: SinkMode, ...seqs: number[]) => seqs.map((seq, at) => ({ sink: { name: `s${at}`, mode }, seq }));
const chosen = (slots: FoundSlot[], of = floors('transactional', 0)) => candidates('j', slots, of).map(({ seq }) => seq);

describe('candidates', () => {
  it('are the checkpoints that no sink is ahead of, the newest first', () => {
    expect(chosen(log('ckkck'))).toEqual([5, 3, 2]);
    expect(chosen(log('ckkck'), floors('transactional', 3, 2))).toEqual([5, 3]);
    expect(chosen(log('ckkcx'), floors('transactional', 3))).toEqual([3]);
  });

  it('are none for a job that has had none', () => {
    expect(chosen([])).toEqual([]);
    expect(chosen(log('ccc'))).toEqual([]);
  });

  it('refuses to say rows again, or to begin anew over what cannot be read', () => {
    expect(refusal(() => chosen(log('ckx'), floors('transactional', 3)))).toBe(
      'NEEDS_OPERATOR: job j: the rows of checkpoint 3 are visible in sink s0, but the newest checkpoint that can be read is 2, slot 3 cannot be read (torn), so that a restart would say rows again. Bring back the storage as it was with slot 3; or take the rows back from the sink, and run the job anew in another storage.',
    );
    expect(refusal(() => chosen([], floors('transactional', 3)))).toMatch('the storage knows nothing of the job');
    expect(refusal(() => chosen(log('cx')))).toMatch('NEEDS_OPERATOR: job j: it has had checkpoints, but no checkpoint can be read');
    expect(refusal(() => chosen(log('cc', 5)))).toMatch('NEEDS_OPERATOR');
  });

  it('is the one that the sink says, where a sink decides', () => {
    expect(chosen(log('ckkck'), floors('sink-decides', 3))).toEqual([3]);
    expect(chosen(log('ckkck'), floors('sink-decides', 0))).toEqual([]);
    // A sink that is new goes on from the savepoint that the job began with, and not anew.
    const [savepoint, ...own] = log('kck', 7);
    const begun = [{ seq: 7, slot: { ...savepoint?.slot, origin: {} } as CheckpointSlot }, ...own];
    expect(chosen(begun, floors('sink-decides', 0))).toEqual([7]);
    expect(chosen(begun, floors('sink-decides', 9))).toEqual([9]);
    expect(refusal(() => chosen(log('ckkck'), floors('sink-decides', 4)))).toMatch('NEEDS_OPERATOR');
    expect(refusal(() => chosen(log('ckk', 1, 2), floors('sink-decides', 0)))).toMatch('it has lost rows');
    const both = [...floors('sink-decides', 2), { sink: { name: 't', mode: 'transactional' as const }, seq: 3 }];
    expect(refusal(() => chosen(log('ckkck'), both))).toMatch('the rows of checkpoint 3 are visible in sink t');
  });

  it('never passes over what a newer tidemark has written', () => {
    expect(refusal(() => chosen(log('ckn')))).toMatch('BAD_CHECKPOINT: job j, slot 3');
  });
});

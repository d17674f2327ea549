/**
 * Real processes that are killed, stopped and run twice, and a disk that is full: what is committed in the end is what an undisturbed process
 * commits, and what was acknowledged is durable. `npm run test:chaos` does it over and over.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Arena, CHAOS, checkState, committed, type Kind, Life, moment, SEED } from './child.js';

const arena = new Arena(SEED);
beforeAll(() => arena.open(), 60_000);
afterAll(() => arena.close());

const KINDS: readonly Kind[] = ['files', 'lmdb'];
const ROUNDS = Array.from({ length: CHAOS ? 20 : 1 }, (_, round) => round + 1);
const cases = KINDS.flatMap(kind => ROUNDS.map(round => ({ kind, round })));
const TIMEOUT = 120_000;
/** A job comes to its end in some eighty checkpoints. */
const KILLS = 6;

describe(`jobs in processes of their own (seed ${SEED})`, () => {
  it.each(cases)('on $kind, killed at any moment, commit each row once ($round)', { timeout: TIMEOUT }, async ({ kind }) => {
    const folder = arena.folder();
    const state = join(folder, 'state');
    let acknowledged = 0;
    // The killer grows tired, so that the job comes to its end.
    let kills = 0;
    for (; ; kills++) {
      const life = new Life(folder, kind);
      if (kills < KILLS) {
        // Now and then before the first checkpoint, while what came before is taken over.
        if (arena.below(4) > 0) await life.hear('checkpoint', 1 + arena.below(4));
        else await life.hear('started');
        await moment(arena.below(15));
        life.signal('SIGKILL');
      }
      const end = await life.over;
      if (life.restored !== undefined) expect(life.restored).toBeGreaterThanOrEqual(acknowledged);
      acknowledged = Math.max(acknowledged, life.acknowledged);
      await checkState(state, kind, acknowledged);
      if (end === 'done') break;
      expect(end).toBe('SIGKILL');
    }
    expect(kills).toBe(KILLS);
    expect(committed(folder)).toEqual(arena.expected);
  });

  it.each(cases)(
    'on $kind, stopped and woken when another has taken over, say nothing more ($round)',
    { timeout: TIMEOUT },
    async ({ kind }) => {
      const folder = arena.folder();
      const zombie = new Life(folder, kind);
      await zombie.hear('checkpoint', 1 + arena.below(5));
      await moment(arena.below(10));
      zombie.signal('SIGSTOP');
      const heir = new Life(folder, kind);
      const taken = heir.hear('checkpoint', 1 + arena.below(3));
      // Stopped inside a transaction of LMDB, it holds up whoever wants to write.
      await (kind === 'lmdb' ? Promise.race([taken, moment(1_500)]) : taken);
      zombie.signal('SIGCONT');
      const ends = await Promise.all([zombie.over, heir.over]);
      // It may have been at its very end.
      expect(['failed FENCED', 'done']).toContain(ends[0]);
      expect(ends).toContain('done');
      if (ends[1] !== 'done') expect(ends[1]).toBe('failed FENCED');
      await checkState(join(folder, 'state'), kind, heir.acknowledged);
      expect(committed(folder)).toEqual(arena.expected);
    },
  );

  it.each(cases)('on $kind, of several of one name the last one goes on ($round)', { timeout: TIMEOUT }, async ({ kind }) => {
    const folder = arena.folder();
    const lives: Life[] = [];
    for (let owner = 0; owner < 4; owner++) {
      const life = new Life(folder, kind);
      lives.push(life);
      await life.hear(arena.below(2) ? 'started' : 'checkpoint');
      await moment(arena.below(20));
    }
    const ends = await Promise.all(lives.map(life => life.over));
    for (const end of ends) expect(['done', 'failed FENCED']).toContain(end);
    expect(ends).toContain('done');
    await checkState(join(folder, 'state'), kind, Math.max(...lives.map(({ acknowledged }) => acknowledged)));
    expect(committed(folder)).toEqual(arena.expected);
  });
});

/** Why no disk of 3 MB can be made here; undefined: it can. */
function noSmallDisk(): string | undefined {
  const at = join(arena.root, 'trial');
  try {
    mkdirSync(at);
    mount(at);
    unmount(at);
    return undefined;
  } catch (error) {
    return `no tmpfs can be mounted here, which takes root (${String((error as Error).message).split('\n')[0]})`;
  }
}

function mount(at: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', at], { stdio: 'pipe' });
}

function unmount(at: string): void {
  execFileSync('umount', [at], { stdio: 'pipe' });
}

/** Writes a file until the disk is full to the last byte. */
function fill(file: string): void {
  const to = openSync(file, 'w');
  try {
    for (const size of [65_536, 4_096, 1]) {
      try {
        for (;;) if (writeSync(to, new Uint8Array(size)) < size) break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(to);
  }
}

describe('a disk that is full', () => {
  const why = noSmallDisk();
  if (why) console.warn(`SKIPPED: the tests of a full disk: ${why}.`);

  it.skipIf(why).each(cases)('on $kind loses and repeats nothing ($round)', { timeout: TIMEOUT }, async ({ kind }) => {
    const folder = arena.folder();
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    mount(disk);
    try {
      const state = join(disk, 'state');
      const filler = join(disk, 'filler');
      let life = new Life(folder, kind, state);
      await life.hear('checkpoint', 1 + arena.below(4));
      life.signal('SIGSTOP');
      fill(filler);
      life.signal('SIGCONT');
      const heard = await life.hear('aborted');
      // Half of the time it is killed while there is no room.
      const killed = arena.below(2) === 1;
      if (killed) life.signal('SIGKILL');
      else life.signal('SIGSTOP');
      rmSync(filler);
      if (!killed) life.signal('SIGCONT');
      // Or it met no lack: LMDB writes where it has deleted. Or the room went between a checkpoint's chunks and its slot: whether that was
      // written can then not be settled, and the job ends. Or the native part of the package lmdb aborts the
      // process behind a write that found no room (3.5: "free(): invalid pointer").
      if (heard !== 'over') expect(heard).toBe('aborted STORAGE_FULL');
      let end = await life.over;
      const ends = ['done', 'failed CHECKPOINT_FAILED', 'failed STORAGE_FULL', killed ? 'SIGKILL' : '', kind === 'lmdb' ? 'SIGABRT' : ''];
      expect(ends).toContain(end);
      const { acknowledged } = life;
      // Without room for its last checkpoint a job fails; it is run again.
      if (end !== 'done') {
        life = new Life(folder, kind, state);
        end = await life.over;
        expect(life.restored).toBeGreaterThanOrEqual(acknowledged);
      }
      expect(end).toBe('done');
      await checkState(state, kind, Math.max(acknowledged, life.acknowledged));
      expect(committed(folder)).toEqual(arena.expected);
    } finally {
      unmount(disk);
    }
  });
});

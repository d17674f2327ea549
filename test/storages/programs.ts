/** Programs that use a storage of the built library, in processes of their own: several at once, and killed ones. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import { checkBuilt, ROOT } from '../built.js';

/** How a program comes by its storage, whose place is its argument: `import ...; const storage = ...`. */
export type Opening = string;

async function withProgram<R>(opening: Opening, body: string, work: (file: string) => Promise<R>): Promise<R> {
  checkBuilt();
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  const file = join(ROOT, 'build', `storage-${process.pid}-${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(file, `${opening} await storage.open();\n${body}`);
  try {
    return await work(file);
  } finally {
    rmSync(file);
  }
}

/** How many slots so many processes have won together, when each wants all of `slots`. */
export function slotsWon(opening: Opening, place: string, processes: number, slots: number): Promise<number> {
  const body = `
    let won = 0;
    for (let seq = 1; seq <= ${slots}; seq++) if ((await storage.appendSlot('job', seq, new Uint8Array([process.pid]))) === 'ok') won++;
    console.log(won);
    await storage.close();
  `;
  return withProgram(opening, body, async file => {
    const run = promisify(execFile);
    const outcomes = await Promise.all(Array.from({ length: processes }, () => run(process.execPath, [file, place])));
    return outcomes.reduce((sum, { stdout }) => sum + Number(stdout), 0);
  });
}

/** Kills a process that writes a chunk and a slot of each number, when it has told of some twenty; returns the lines that it has printed. */
function killWriter(opening: Opening, place: string): Promise<string[]> {
  const body = `
    for (let seq = 1; ; seq++) {
      await storage.putChunk('job', String(seq), new Uint8Array(5000).fill(seq));
      await storage.appendSlot('job', seq, new Uint8Array(50).fill(seq));
      console.log(seq);
    }
  `;
  return withProgram(opening, body, async file => {
    const child = spawn(process.execPath, [file, place], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    await new Promise<void>(resolve => {
      child.stdout.on('data', data => {
        said += data;
        if (said.split('\n').length > 20) resolve();
      });
    });
    child.kill('SIGKILL');
    await once(child, 'close');
    return said.trimEnd().split('\n');
  });
}

/** Kills a writer, and opens what it left: all that it was told is stored is there, and whole. Returns the slots. */
export async function slotsAfterKill(opening: Opening, place: string, storage: CheckpointStorage): Promise<number[]> {
  const lines = await killWriter(opening, place);
  await storage.open();
  const slots = await storage.listSlots('job');
  expect(slots.length).toBeGreaterThanOrEqual(Math.max(lines.length, Number(lines.at(-1))));
  for (const seq of slots) {
    expect(await storage.readSlot('job', seq)).toEqual(new Uint8Array(50).fill(seq));
    expect(await storage.getChunk('job', String(seq))).toEqual(new Uint8Array(5000).fill(seq));
  }
  return slots;
}

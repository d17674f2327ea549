/** The laws of a storage: what each of them does with one, and what must come of it. */
import type { CheckpointStorage } from '../checkpoint/storage.js';
import { show } from '../errors.js';
import { type Bench, bytes, list, refused, same } from './storageBench.js';

type Laws = Readonly<Record<string, (bench: Bench) => Promise<void>>>;

export const CHUNK_LAWS: Laws = {
  'a chunk reads back as it was put: empty, short, a view, every byte, as large as a chunk may be': async ({ job, storage }) => {
    const one = await storage();
    const big = new Uint8Array(one.capabilities.chunkBytes).map((_, i) => i * 31 + (i >> 8));
    const chunks = [bytes(), bytes(7), big.subarray(3, 9), Uint8Array.from({ length: 256 }, (_, i) => i), big];
    await Promise.all(chunks.map((chunk, i) => one.putChunk(job, `1-1/${i}`, chunk)));
    for (const [i, chunk] of chunks.entries()) same(`chunk ${i}`, chunk, await one.getChunk(job, `1-1/${i}`));
    await one.deleteChunks(job, ['1-1/4']);
  },
  'neither what the caller does with its bytes later, nor with those it was given, changes a chunk': async ({ job, storage }) => {
    const one = await storage();
    const data = bytes(1, 2, 3);
    await one.putChunk(job, 'a', data);
    data[0] = 99;
    const given = await one.getChunk(job, 'a');
    same('after its source was changed', bytes(1, 2, 3), given);
    if (given) given[1] = 99;
    same('after what was given was changed', bytes(1, 2, 3), await one.getChunk(job, 'a'));
  },
  'a chunk that is not there is undefined, and no error': async ({ job, storage }) => {
    const one = await storage();
    same('of a job without chunks', undefined, await one.getChunk(job, 'a'));
    await one.putChunk(job, 'a', bytes(1));
    same('beside a chunk', undefined, await one.getChunk(job, 'a/b'));
    same('in another job', undefined, await one.getChunk(`${job}2`, 'a'));
  },
  'an id is used once: the second is refused with CHUNK_EXISTS, and the first stays': async ({ job, storage }) => {
    const one = await storage();
    await one.putChunk(job, 'a', bytes(1));
    await refused('CHUNK_EXISTS', () => one.putChunk(job, 'a', bytes(2)));
    await refused('CHUNK_EXISTS', () => one.putChunk(job, 'a', bytes(1)));
    same('the first', bytes(1), await one.getChunk(job, 'a'));
  },
  'of 20 who put a chunk of the same id at once, one succeeds': async ({ job, storage }) => {
    const two = [await storage(), await storage()] as const;
    const tries = Array.from({ length: 20 }, (_, i) => two[(i % 2) as 0 | 1].putChunk(job, 'a', bytes(i)));
    const outcomes = await Promise.allSettled(tries);
    const winners = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
    same('how many succeeded', 1, winners.length);
    same('what is there', bytes(winners[0] as number), await two[0].getChunk(job, 'a'));
  },
  'chunks are listed by the beginning of their id, with their lengths, each once': async ({ job, storage }) => {
    const one = await storage();
    const ids = ['1-1/a', '1-1/b/c', '1-1.x', '1-10/a', '1_1/a', '2/..', '2/.', '2/...', 'A', 'a', '-', `long/${'Long.'.repeat(39)}`];
    await Promise.all(ids.map((id, i) => one.putChunk(job, id, new Uint8Array(i))));
    for (const prefix of ['', '1', '1-1', '1-1/', '1-1/b', '2/.', 'A', 'long/Long', '%', '=', '1-1/a/']) {
      const expected = ids.map((id, i) => `${id}: ${i}`).filter(entry => entry.startsWith(prefix));
      same(`those that begin with ${show(prefix)}`, expected.sort(), await list(one, job, prefix));
    }
    same('those of another job', [], await list(one, `${job}2`, ''));
  },
  'a list of hundreds of chunks is complete': async ({ job, storage }) => {
    const one = await storage();
    const ids = Array.from({ length: 250 }, (_, i) => `many/${i}`);
    for (let at = 0; at < ids.length; at += 25) await Promise.all(ids.slice(at, at + 25).map(id => one.putChunk(job, id, bytes(1))));
    same('the list', ids.map(id => `${id}: 1`).sort(), await list(one, job, 'many/'));
    await one.deleteChunks(job, ids);
    same('the list after all were deleted', [], await list(one, job, ''));
  },
  'deleting takes away what it names and no more, and what is not there is no error': async ({ job, storage }) => {
    const one = await storage();
    for (const id of ['a', 'b', 'a/c']) await one.putChunk(job, id, bytes(1));
    await one.deleteChunks(job, ['a', 'none', 'a', 'x/y']);
    await one.deleteChunks(job, ['a']);
    await one.deleteChunks(job, []);
    await one.deleteChunks(`${job}2`, ['b']);
    same('what is left', ['a/c: 1', 'b: 1'], await list(one, job, ''));
    same('what was deleted', undefined, await one.getChunk(job, 'a'));
  },
  'chunks may come and go while a list is read': async ({ job, storage }) => {
    const one = await storage();
    for (const id of ['a', 'b', 'c', 'd']) await one.putChunk(job, id, bytes(1));
    const seen: string[] = [];
    for await (const { id } of one.listChunks(job, '')) {
      if (seen.push(id) > 1) continue;
      await one.deleteChunks(job, ['c']);
      await one.putChunk(job, 'e', bytes(1));
    }
    same('those that stayed', ['a', 'b', 'd'], seen.filter(id => 'abd'.includes(id)).sort());
  },
};

export const SLOT_LAWS: Laws = {
  'a slot reads back as it was put, and slots are listed by number': async ({ job, storage }) => {
    const one = await storage();
    same('slots of a job without any', [], await one.listSlots(job));
    same('a slot that is not there', undefined, await one.readSlot(job, 1));
    for (let seq = 1; seq <= 11; seq++) same(`appending slot ${seq}`, 'ok', await one.appendSlot(job, seq, new Uint8Array(seq).fill(seq)));
    same('the list', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], await one.listSlots(job));
    for (let seq = 1; seq <= 11; seq++) same(`slot ${seq}`, new Uint8Array(seq).fill(seq), await one.readSlot(job, seq));
    same('chunks of that job', [], await list(one, job, ''));
  },
  'a slot is put once: the second hears that it is taken, and the first stays': async ({ job, storage }) => {
    const one = await storage();
    same('the first', 'ok', await one.appendSlot(job, 1, bytes(1)));
    same('the second', 'taken', await one.appendSlot(job, 1, bytes(2)));
    same('the same again', 'taken', await one.appendSlot(job, 1, bytes(1)));
    same('what is there', bytes(1), await one.readSlot(job, 1));
  },
  'of 20 who put the same slot at once, one succeeds, and its bytes are there': async ({ job, storage }) => {
    const two = [await storage(), await storage()] as const;
    for (let seq = 1; seq <= 5; seq++) {
      const tries = Array.from({ length: 20 }, (_, i) => two[(i % 2) as 0 | 1].appendSlot(job, seq, new Uint8Array(100).fill(i)));
      const winners = (await Promise.all(tries)).flatMap((outcome, i) => (outcome === 'ok' ? [i] : []));
      same('how many succeeded', 1, winners.length);
      same('what is there', new Uint8Array(100).fill(winners[0] as number), await two[1].readSlot(job, seq));
    }
  },
  'trimming takes away the slots below a number, never the newest': async ({ job, storage }) => {
    const one = await storage();
    await one.trimSlots(job, 5);
    for (let seq = 1; seq <= 6; seq++) await one.appendSlot(job, seq, bytes(seq));
    await one.trimSlots(job, 3);
    same('those that are left', [3, 4, 5, 6], await one.listSlots(job));
    same('a slot that was trimmed', undefined, await one.readSlot(job, 2));
    await one.trimSlots(job, 3);
    await one.trimSlots(job, 1);
    same('after trimming again', [3, 4, 5, 6], await one.listSlots(job));
    await one.trimSlots(job, 100);
    same('after trimming all', [6], await one.listSlots(job));
    same('the newest', bytes(6), await one.readSlot(job, 6));
    same('the next', 'ok', await one.appendSlot(job, 7, bytes(7)));
  },
  'a number that was trimmed stays taken: an owner that slept finds no place behind': async ({ job, storage }) => {
    const [owner, sleeper] = [await storage(), await storage()];
    for (let seq = 1; seq <= 9; seq++) {
      await owner.appendSlot(job, seq, bytes(seq));
      await owner.trimSlots(job, seq);
    }
    for (let seq = 1; seq < 9; seq++) same(`slot ${seq}, which was trimmed`, 'taken', await sleeper.appendSlot(job, seq, bytes(0)));
    same('the slots', [9], await owner.listSlots(job));
  },
  'what was stored is there after closing and opening again': async ({ job, storage, closed }) => {
    const before = await closed();
    await before.open();
    await before.putChunk(job, 'a', bytes(1));
    await before.appendSlot(job, 1, bytes(2));
    await before.appendSlot(job, 2, bytes(3));
    await before.trimSlots(job, 2);
    await before.close();
    const after = await storage();
    same('the chunk', bytes(1), await after.getChunk(job, 'a'));
    same('the slot', bytes(3), await after.readSlot(job, 2));
    same('the slots', [2], await after.listSlots(job));
    same('a slot that is there', 'taken', await after.appendSlot(job, 2, bytes(4)));
    same('a slot that was trimmed', 'taken', await after.appendSlot(job, 1, bytes(4)));
    same('the next slot', 'ok', await after.appendSlot(job, 3, bytes(4)));
  },
  'jobs of any name stay apart, and those that have a slot are listed': async ({ job, storage }) => {
    const one = await storage();
    const jobs = NAMES.map(name => `${job}${name}`);
    for (const [i, name] of jobs.entries()) {
      await one.putChunk(name, 'a', bytes(i));
      await one.appendSlot(name, 1, bytes(i));
    }
    await one.putChunk(`${job}-no-slot`, 'a', bytes(1));
    for (const [i, name] of jobs.entries()) {
      same(`the chunk of job ${show(name)}`, bytes(i), await one.getChunk(name, 'a'));
      same(`the slot of job ${show(name)}`, bytes(i), await one.readSlot(name, 1));
      same(`the chunks of job ${show(name)}`, ['a: 1'], await list(one, name, ''));
      same(`the slots of job ${show(name)}`, [1], await one.listSlots(name));
    }
    same('the jobs', [...jobs].sort(), (await one.listJobs()).filter(name => name.startsWith(job)).sort());
  },
};

/** What a job may be called, behind a beginning that makes it unique. */
const NAMES: readonly string[] = [
  ...['', '/', '/a', '/../b', '..', ' ', 'A', 'a', 'Ä', 'A\u0308', '\u{1f30a}', '\ud83c', '%2f', '=2f', '.', '"\'<>|:*?\\&', '\n\0'],
  ...['+', '+/', 'slots', '/chunks', '/slots', 'x'.repeat(150), `${'x'.repeat(150)}y`, 'Öß'.repeat(60)],
];

export const GUARD_LAWS: Laws = {
  'what is no id, no number of a slot, no job and no bytes is refused with BAD_OPTION': async ({ job, storage }) => {
    const one = await storage();
    for (const id of ['', '/a', 'a/', 'a//b', 'a b', 'ä', 'a\\b', 'x'.repeat(201), 7]) {
      await refused('BAD_OPTION', () => one.putChunk(job, id as string, bytes(1)));
      await refused('BAD_OPTION', () => one.getChunk(job, id as string));
      await refused('BAD_OPTION', () => one.deleteChunks(job, [id as string]));
    }
    for (const seq of [0, -1, 1.5, Number.NaN, '1']) {
      await refused('BAD_OPTION', () => one.appendSlot(job, seq as number, bytes(1)));
      await refused('BAD_OPTION', () => one.readSlot(job, seq as number));
    }
    for (const wrong of ['', undefined, 'x'.repeat(201)]) await refused('BAD_OPTION', () => one.listSlots(wrong as string));
    for (const data of ['text', [1], undefined]) {
      await refused('BAD_OPTION', () => one.putChunk(job, 'a', data as unknown as Uint8Array));
      await refused('BAD_OPTION', () => one.appendSlot(job, 1, data as unknown as Uint8Array));
    }
    same('what is there', [], [...(await list(one, job, '')), ...(await one.listSlots(job))]);
  },
  'before it is opened and after it was closed, every call is refused with STORAGE_CLOSED; closing twice is no error': async bench => {
    const one = await bench.closed();
    await everyCallRefused(one, bench.job);
    await one.open();
    await one.putChunk(bench.job, 'a', bytes(1));
    await one.close();
    await one.close();
    await everyCallRefused(one, bench.job);
  },
  'closing waits for what is at work': async ({ job, closed, storage }) => {
    const one = await closed();
    await one.open();
    const puts = Array.from({ length: 8 }, (_, i) => one.putChunk(job, `${i}`, new Uint8Array(10_000).fill(i)));
    const work = Promise.allSettled([...puts, one.appendSlot(job, 1, bytes(1))]);
    await one.close();
    const outcomes = await work;
    const after = await storage();
    for (const [i, { status }] of outcomes.slice(0, -1).entries()) {
      const found = await after.getChunk(job, `${i}`);
      if (status === 'fulfilled') same('a chunk that was acknowledged', new Uint8Array(10_000).fill(i), found);
    }
    if (outcomes.at(-1)?.status === 'fulfilled') same('a slot that was acknowledged', bytes(1), await after.readSlot(job, 1));
  },
};

async function everyCallRefused(one: CheckpointStorage, job: string): Promise<void> {
  const calls: readonly (() => Promise<unknown>)[] = [
    () => one.putChunk(job, 'b', bytes(1)),
    () => one.getChunk(job, 'a'),
    () => list(one, job, ''),
    () => one.deleteChunks(job, ['a']),
    () => one.appendSlot(job, 1, bytes(1)),
    () => one.readSlot(job, 1),
    () => one.listSlots(job),
    () => one.trimSlots(job, 1),
    () => one.listJobs(),
  ];
  for (const call of calls) await refused('STORAGE_CLOSED', call);
}

/** Owners that know nothing of each other, at one folder: nobody's file is overwritten, and what an owner begins behind is all there is. */
import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventTime, replayable } from '../../src/index.js';
import type { SinkStream, SinkWork } from '../../src/job/defineSink.js';
import { SinkFolder } from '../../src/job/sinkFolder.js';
import { toFile } from '../../src/job/toFile.js';
import { told } from '../support.js';
import { failure } from './support.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-'));
});
afterEach(() => rm(folder, { recursive: true }));

function sinkOf(path: string, job = 'job'): SinkWork<unknown> {
  const stream = eventTime(replayable<{ at: number }>([]), { timestamp: e => e.at }).pipe(toFile(path, { name: 'out' }));
  return (stream as SinkStream<any>).definition.create({ job, run: 'r', relieve() {}, checkpoint() {}, fail() {} });
}

async function rowsIn(path: string): Promise<string[]> {
  const files = (await readdir(path)).filter(name => name.endsWith('.jsonl')).sort();
  return (await Promise.all(files.map(file => readFile(join(path, file), 'utf8')))).flatMap(text => text.trim().split('\n'));
}

const newest = async (): Promise<boolean> => true;

/** A job in a storage of its own: what it has written into its log, and what it knows of the sink. */
class Owner {
  readonly name: string;
  readonly #path: string;
  #life = 0;
  #sink: SinkWork<unknown>;
  /** What the log lists last: in doubt until it is committed. */
  #listed: { readonly transaction: string; readonly seq: number; readonly kept: unknown } | undefined;
  #seq = 0;

  constructor(path: string, name: string) {
    this.#path = path;
    this.name = name;
    this.#sink = sinkOf(path);
  }

  /** A new process: what it begins behind. Undefined: a person has to decide. */
  async take(): Promise<number | undefined> {
    this.#life++;
    this.#sink = sinkOf(this.#path);
    await this.#sink.fence(this.#life, { nonce: `${this.name}${this.#life}`, newest });
    const held = await this.#sink.lastCommitted();
    const listed = this.#listed;
    // As the coordinator has it: no checkpoint behind what is visible, and the newest is committed again.
    if (listed && listed.seq >= held) await this.#sink.commit(listed.transaction, listed.seq, listed.kept);
    else if (held > 0 && listed) return undefined;
    this.#seq = Math.max(this.#seq, held);
    return this.#seq;
  }

  /** One checkpoint; `crash`: behind that step. */
  async checkpoint(row: string, crash: 'prepare' | 'slot' | undefined): Promise<void> {
    const seq = this.#seq + 1;
    const transaction = `${this.#life}-${seq}`;
    this.#sink.write(row, 1);
    const kept = this.#sink.rotate(transaction);
    await this.#sink.prepare(transaction, seq);
    if (crash === 'prepare') throw new Error('crash');
    this.#listed = { transaction, seq, kept };
    this.#seq = seq;
    if (crash === 'slot') throw new Error('crash');
    await this.#sink.commit(transaction, seq, kept);
  }
}

const crash = fc.option(fc.constantFrom('prepare' as const, 'slot' as const), { nil: undefined, freq: 3 });
const step = fc.record({ who: fc.nat(2), what: fc.constantFrom('take', 'checkpoint', 'checkpoint'), crash });

describe('a folder that several take', () => {
  it('holds each row once, and all that who begins behind it counts on, in any order and side by side', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { maxLength: 12 }), async rounds => {
        const path = join(folder, String(run++));
        const owners = ['a', 'b', 'c'].map(name => new Owner(path, name));
        const alive = new Set<Owner>();
        const visible: string[] = [];
        let row = 0;
        for (const round of rounds) {
          // Of one owner one step at a time.
          const steps = round.filter(({ who }, at) => round.findIndex(other => other.who === who) === at);
          await Promise.all(
            steps.map(async ({ who, what, crash }) => {
              const owner = owners[who] as Owner;
              try {
                if (what === 'take') {
                  alive.delete(owner);
                  if ((await owner.take()) !== undefined) alive.add(owner);
                } else if (alive.has(owner)) await owner.checkpoint(`${owner.name}${row++}`, crash);
              } catch (error) {
                alive.delete(owner);
                if ((error as Error).message !== 'crash') expect(['FENCED', 'NEEDS_OPERATOR']).toContain((error as { code?: string }).code);
              }
            }),
          );
          // What has been visible stays so.
          const now = await rowsIn(path).catch(() => []);
          expect(now.slice(0, visible.length)).toEqual(visible);
          visible.splice(0, visible.length, ...now);
          expect(new Set(now).size).toBe(now.length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is that of the last', async () => {
    const [first, second] = [sinkOf(folder), sinkOf(folder)];
    await first.fence(7, { nonce: 'first', newest });
    first.write({ row: 1 }, 1);
    const kept = first.rotate('7-1');
    await first.prepare('7-1', 8);
    await second.fence(7, { nonce: 'second', newest });
    expect(told(await failure(first.commit('7-1', 8, kept)))).toBe(
      `FENCED: toFile "out": another process has taken the folder ${folder} over, with the job job of this storage or of another one. This one stops and makes nothing more visible.`,
    );
    first.rotate('7-2');
    expect(await failure(first.prepare('7-2', 8))).toMatchObject({ code: 'FENCED' });
    // The later owner of the same log finds what the log lists.
    await second.commit('7-1', 8, kept);
    expect(await rowsIn(folder)).toEqual(['{"row":1}']);
  });

  it('is not taken by an owner that its own log has passed over', async () => {
    const sleeper = sinkOf(folder);
    const owner = sinkOf(folder);
    await owner.fence(9, { nonce: 'owner', newest });
    expect(await failure(sleeper.fence(7, { nonce: 'sleeper', newest: async () => false }))).toMatchObject({ code: 'FENCED' });
    owner.write({ row: 1 }, 1);
    const kept = owner.rotate('9-1');
    await owner.prepare('9-1', 10);
    await owner.commit('9-1', 10, kept);
    expect(await owner.lastCommitted()).toBe(10);
  });

  it('is only looked at by who begins with a savepoint', async () => {
    const [owner, other] = [sinkOf(folder), sinkOf(folder)];
    await owner.fence(9, { nonce: 'owner', newest });
    await other.fence(0);
    const kept = owner.rotate('9-1');
    await owner.prepare('9-1', 10);
    await owner.commit('9-1', 10, kept);
    expect(await other.lastCommitted()).toBe(0);
  });

  it('says that rows do not come behind those that another log has put there', async () => {
    const [first, second] = [sinkOf(folder), sinkOf(folder)];
    await first.fence(1, { nonce: 'first', newest });
    first.write(1, 1);
    const kept = first.rotate('1-1');
    await first.prepare('1-1', 5);
    await second.fence(1, { nonce: 'second', newest });
    second.write(2, 1);
    const others = second.rotate('1-1');
    await second.prepare('1-1', 4);
    await second.commit('1-1', 4, others);
    const again = sinkOf(folder);
    await again.fence(6, { nonce: 'again', newest });
    expect(told(await failure(again.commit('1-1', 5, kept)))).toMatch(/^NEEDS_OPERATOR: .* from a job in another storage/);
    expect(await rowsIn(folder)).toEqual(['2']);
  });

  it('of before is opened: what is committed, and what is pending', async () => {
    await writeFile(join(folder, '.owner'), JSON.stringify({ job: 'job', sink: 'out' }));
    await writeFile(join(folder, '.committed-000000000003'), '');
    await writeFile(join(folder, '.pending-3-4'), '"old"\n');
    const sink = sinkOf(folder);
    await sink.fence(5, { nonce: 'new', newest });
    expect(await sink.lastCommitted()).toBe(3);
    await sink.commit('3-4', 4, 1);
    expect([await rowsIn(folder), await sink.lastCommitted()]).toEqual([['"old"'], 4]);
    expect(await readdir(folder)).toEqual(['.committed-000000000004.3-4.', '.fence-000000000001', '.owner', '000000000004.jsonl']);
  });

  it('gives back what an owner took last that was already fenced', async () => {
    const sink = sinkOf(folder);
    await sink.fence(1, { nonce: 'first', newest });
    await writeFile(join(folder, '.pending-1-1.first.sleeper'), '1\n');
    await sink.commit('1-1', 2, { rows: 1, by: 'first', after: '' });
    expect(await rowsIn(folder)).toEqual(['1']);
  });

  it('is taken by one of two at the same time, or by none', async () => {
    for (let round = 0; round < 20; round++) {
      const folders = Array.from({ length: 4 }, () => new SinkFolder(join(folder, String(round)), 'job', 'out'));
      const taken = await Promise.allSettled(folders.map((each, i) => each.take({ nonce: `n${i}`, newest })));
      for (const outcome of taken) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'FENCED' });
      const checks = await Promise.allSettled(folders.map(each => each.check()));
      expect(checks.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect((await readdir(join(folder, String(round)))).filter(file => file.startsWith('.fence-'))).toHaveLength(1);
    }
  });

  it('of which rows were taken away knows that they were there', async () => {
    const sink = sinkOf(folder);
    await sink.fence(1, { nonce: 'first', newest });
    sink.write(1, 1);
    const kept = sink.rotate('1-1');
    await sink.prepare('1-1', 2);
    await sink.commit('1-1', 2, kept);
    await unlink(join(folder, '000000000002.jsonl'));
    const again = sinkOf(folder);
    await again.fence(3, { nonce: 'second', newest });
    await again.commit('1-1', 2, kept);
    expect(await rowsIn(folder)).toEqual([]);
  });
});

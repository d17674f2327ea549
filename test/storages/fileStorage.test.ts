/** The storage of files on a disk that fills up, fails, and loses what was not synced. On a real one: fileSystem.test.ts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import { fileStorage } from '../../src/storages/fileStorage.js';
import { storageContract } from '../../src/testing/storageContract.js';
import { holdToModel } from './commands.js';
import { DEAD, Disk, systemError } from './disk.js';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

async function opened(disk: Disk, links = true): Promise<CheckpointStorage> {
  const storage = fileStorage('/state', disk.port, { links });
  await storage.open();
  return storage;
}

/** The error with which a call rejects. */
const failing = (call: Promise<unknown>): Promise<{ code: string; message: string }> =>
  call.then(
    () => expect.fail('it succeeded'),
    error => error,
  );

describe('fileStorage', () => {
  const shared = new Disk();
  it.each(storageContract(() => fileStorage('/state', shared.port)))('keeps the law: $name', law => law.run());

  it('agrees with a plain model, whatever is done to it', () => {
    const disk = new Disk();
    return holdToModel(() => fileStorage('/model', disk.port), 100);
  });

  it('says that owners are kept apart only where there are links', () => {
    expect(fileStorage('/a', shared.port).capabilities).toMatchObject({ durable: true, fencing: 'linearizable' });
    expect(fileStorage('/a', shared.port, { links: false }).capabilities.fencing).toBe('in-process');
  });

  it('keeps capitals, dots and long names apart from each other in files of plain, short names', async () => {
    const disk = new Disk();
    const storage = await opened(disk);
    for (const id of ['A', 'a', 'con', '..', 'x/y', 'Q'.repeat(200)]) await storage.putChunk('Flüge/..', id, bytes(1));
    const names = disk.files().map(path => path.replace('/state/=46l=fcge=2f=2e=2e/chunks/', ''));
    expect(names.filter(name => name.length < 20)).toEqual(['=2e=2e', '=41', '=63on', 'a', 'x=2fy']);
    for (const part of disk.files().flatMap(path => path.split('/'))) {
      expect(part.length).toBeLessThan(230);
      expect(part).toMatch(/^[a-z0-9=_-]*\+?$/);
    }
  });
});

describe('the order of calls', () => {
  it('of a chunk: written, synced, then its name synced', async () => {
    const disk = new Disk();
    const storage = await opened(disk);
    await storage.putChunk('j', 'a', bytes(1));
    disk.log.length = 0;
    await storage.putChunk('j', 'b', bytes(1));
    const path = '/state/j/chunks/b';
    expect(disk.log).toEqual([`createFile ${path}`, `write ${path}`, `sync ${path}`, `close ${path}`, 'syncFolder /state/j/chunks']);
  });

  it('of a slot: written under another name, synced, linked, then its name synced', async () => {
    const disk = new Disk();
    const storage = await opened(disk);
    await storage.appendSlot('j', 1, bytes(1));
    disk.log.length = 0;
    await storage.appendSlot('j', 2, bytes(1));
    const slot = '/state/j/slots/0000000000000002';
    const temporary = `${slot}.0.tmp`;
    const written = ['createFile', 'write', 'sync', 'close'].map(call => `${call} ${temporary}`);
    const named = [`link ${temporary} ${slot}`, `unlink ${temporary}`, 'syncFolder /state/j/slots', 'list /state/j/slots'];
    expect(disk.log).toEqual([...written, ...named]);
  });

  it('of trimming: marked, the mark synced, then deleted', async () => {
    const disk = new Disk();
    const storage = await opened(disk);
    for (const seq of [1, 2, 3]) await storage.appendSlot('j', seq, bytes(1));
    disk.log.length = 0;
    await storage.trimSlots('j', 3);
    const calls = disk.log.filter(call => !call.startsWith('list')).map(call => call.replace('/state/j/slots', '').replace(/0{10,}/, ''));
    expect(calls).toEqual(['createFile /below-3', 'close /below-3', 'syncFolder ', 'unlink /1', 'unlink /2', 'syncFolder ']);
  });

  it('of folders: each once, and its name synced', async () => {
    const disk = new Disk();
    const storage = await opened(disk);
    await storage.putChunk('j', 'a', bytes(1));
    await storage.putChunk('j', 'b', bytes(1));
    const made = disk.log.filter(call => call.startsWith('makeFolder'));
    expect(made).toEqual(['makeFolder /state', 'makeFolder /state/j', 'makeFolder /state/j/chunks']);
    expect(disk.log).toContain('syncFolder /');
    expect(disk.log).toContain('syncFolder /state');
    expect(disk.log).toContain('syncFolder /state/j');
  });
});

describe('a disk that fails', () => {
  it('is full: STORAGE_FULL, nothing is left of what did not fit, and the next that fits is stored', async () => {
    const disk = new Disk();
    const storage = await opened(disk);
    await storage.putChunk('j', 'a', bytes(1, 2));
    disk.room = 3;
    const chunk = await failing(storage.putChunk('j', 'b', new Uint8Array(10)));
    expect(chunk).toMatchObject({ code: 'STORAGE_FULL' });
    expect(chunk.message).toMatch(/^fileSystem\(\/state\): putChunk "b" of job "j": there is no room left \(ENOSPC/);
    disk.room = 3;
    expect(await failing(storage.appendSlot('j', 1, new Uint8Array(10)))).toMatchObject({ code: 'STORAGE_FULL' });
    expect(disk.files()).toEqual(['/state/j/chunks/a']);
    disk.room = 100;
    await storage.putChunk('j', 'c', new Uint8Array(10));
    expect(await storage.appendSlot('j', 1, bytes(1))).toBe('ok');
  });

  it.each(['chunk', 'slot'])('an fsync of a %s that failed is not tried again, and nothing is left', async kind => {
    const disk = new Disk();
    const storage = await opened(disk);
    disk.log.length = 0;
    disk.interfere = (moment, call) => {
      if (moment === 'before' && call.startsWith('sync ')) throw systemError('EIO');
    };
    const put = kind === 'chunk' ? storage.putChunk('j', 'a', bytes(1)) : storage.appendSlot('j', 1, bytes(1));
    expect(await failing(put)).toMatchObject({ code: 'STORAGE_FAILED' });
    expect(disk.log.filter(call => call.startsWith('sync '))).toHaveLength(1);
    expect(disk.log.filter(call => call.startsWith('link') && call.includes('slots'))).toEqual([]);
    expect(disk.files()).toEqual([]);
  });

  it('an fsync of the folder that failed: the chunk is taken back, the slot may be there', async () => {
    const disk = new Disk();
    const storage = await opened(disk);
    await storage.putChunk('j', 'a', bytes(1));
    disk.interfere = (moment, call) => {
      if (moment === 'before' && call.startsWith('syncFolder /state/j/chunks')) throw systemError('EIO');
    };
    expect(await failing(storage.putChunk('j', 'b', bytes(1)))).toMatchObject({ code: 'STORAGE_FAILED' });
    expect(disk.files()).toEqual(['/state/j/chunks/a']);
  });

  it('a slot that is taken is durable, also if whoever put it could not say so', async () => {
    const disk = new Disk();
    const storage = await opened(disk);
    await storage.appendSlot('j', 1, bytes(1));
    disk.interfere = (moment, call) => {
      if (moment === 'before' && call.startsWith('syncFolder /state/j/slots')) throw systemError('EIO');
    };
    await failing(storage.appendSlot('j', 2, bytes(2)));
    expect(await storage.listSlots('j')).toEqual([1, 2]);
    // Whoever could not sync it again does not say that it is taken.
    expect(await failing(storage.appendSlot('j', 2, bytes(3)))).toMatchObject({ code: 'STORAGE_FAILED' });
    disk.interfere = () => undefined;
    expect(await storage.appendSlot('j', 2, bytes(3))).toBe('taken');
    expect(disk.powerLoss(() => false).files()).toContain('/state/j/slots/0000000000000002');
  });

  it('has no links: it is refused, unless it was said that this is all right', async () => {
    const disk = new Disk();
    disk.interfere = (_moment, call) => {
      if (call.startsWith('link')) throw systemError('EPERM');
    };
    const refused = await failing(fileStorage('/state', disk.port).open());
    expect(refused.code).toBe('STORAGE_UNFIT');
    expect(refused.message).toContain('no hard links (EPERM)');
    expect(refused.message).toContain('{ links: false }');
    expect(disk.files()).toEqual([]);
    const storage = await opened(disk, false);
    expect(await storage.appendSlot('j', 1, bytes(1))).toBe('ok');
    expect(await storage.appendSlot('j', 1, bytes(2))).toBe('taken');
  });

  it('has links that replace what is there: it is refused', async () => {
    const disk = new Disk();
    const link = disk.port.link;
    const port = { ...disk.port, link: (from: string, to: string) => link(from, to).catch(() => {}) };
    expect(await failing(fileStorage('/state', port).open())).toMatchObject({ code: 'STORAGE_UNFIT' });
  });

  it('what an earlier probe left behind does not matter', async () => {
    const disk = new Disk();
    await opened(disk);
    await disk.port.createFile('/state/.probe.0.tmp.link');
    const storage = await opened(disk);
    expect(await storage.listJobs()).toEqual([]);
  });

  it('what does not belong into the folder is passed over', async () => {
    const disk = new Disk();
    const storage = await opened(disk);
    await storage.appendSlot('j', 1, bytes(1));
    await disk.port.makeFolder('/state/lost+found');
    await disk.port.makeFolder('/state/README');
    await disk.port.createFile('/state/j/slots/.nfs0001');
    expect(await storage.listJobs()).toEqual(['j']);
    expect(await storage.listSlots('j')).toEqual([1]);
  });
});

describe('what is torn', () => {
  it('is given as it is: short, and not as if it were not there', async () => {
    const disk = new Disk();
    const storage = await opened(disk);
    await storage.putChunk('j', 'a', bytes(1));
    const file = await disk.port.createFile('/state/j/chunks/torn');
    await file.write(bytes(7, 8));
    expect(await storage.getChunk('j', 'torn')).toEqual(bytes(7, 8));
    expect(await failing(storage.putChunk('j', 'torn', bytes(1)))).toMatchObject({ code: 'CHUNK_EXISTS' });
    const empty = await disk.port.createFile('/state/j/chunks/empty');
    await empty.close();
    expect(await storage.getChunk('j', 'empty')).toEqual(bytes());
  });
});

describe('an owner that slept', () => {
  it('between writing its slot and linking it, while that number was taken and trimmed: it is taken, and no slot appears', async () => {
    for (const sleepAt of ['createFile', 'write', 'sync', 'close', 'link']) {
      const disk = new Disk();
      const owner = await opened(disk);
      const sleeper = await opened(disk);
      await owner.appendSlot('j', 1, bytes(1));
      let wake = () => {};
      const asleep = new Promise<void>(resolve => {
        disk.interfere = (moment, call) => {
          if (moment !== 'before' || !call.startsWith(`${sleepAt} `)) return;
          disk.interfere = () => {};
          resolve();
          return new Promise<void>(resume => (wake = resume));
        };
      });
      const late = sleeper.appendSlot('j', 2, bytes(9));
      await asleep;
      for (const seq of [2, 3, 4]) expect(await owner.appendSlot('j', seq, bytes(seq))).toBe('ok');
      await owner.trimSlots('j', 4);
      wake();
      expect(await late).toBe('taken');
      expect(await owner.listSlots('j')).toEqual([4]);
      expect(await owner.readSlot('j', 4)).toEqual(bytes(4));
    }
  });
});

describe('a process that dies, and a loss of power', () => {
  /** What a job does, in an order in which each step relies on the ones before; `done` gets what was acknowledged. */
  async function work(disk: Disk, done: string[]): Promise<void> {
    const storage = await opened(disk);
    for (let seq = 1; seq <= 4; seq++) {
      await Promise.all([0, 1].map(i => storage.putChunk('j', `${seq}/${i}`, new Uint8Array(50).fill(seq))));
      done.push(`chunks ${seq}`);
      await storage.appendSlot('j', seq, new Uint8Array(60).fill(seq));
      done.push(`slot ${seq}`);
      if (seq > 2) await storage.trimSlots('j', seq - 1);
      if (seq > 2) await storage.deleteChunks('j', [`${seq - 2}/0`, `${seq - 2}/1`]);
    }
  }

  async function expectSound(disk: Disk, done: readonly string[]): Promise<void> {
    const storage = await opened(disk);
    const slots = await storage.listSlots('j');
    const acknowledged = done.filter(step => step.startsWith('slot')).length;
    const newest = slots.at(-1) ?? 0;
    expect(newest).toBeGreaterThanOrEqual(acknowledged);
    for (const seq of slots) expect(await storage.readSlot('j', seq)).toEqual(new Uint8Array(60).fill(seq));
    if (newest > 0) {
      for (const i of [0, 1]) expect(await storage.getChunk('j', `${newest}/${i}`)).toEqual(new Uint8Array(50).fill(newest));
    }
    expect(await storage.appendSlot('j', newest + 1, bytes(1))).toBe('ok');
    if (newest > 0) expect(await storage.appendSlot('j', newest, bytes(1))).toBe('taken');
    expect(await storage.appendSlot('j', newest + 2, bytes(1))).toBe('ok');
    await storage.trimSlots('j', newest + 2);
    expect(await storage.listSlots('j')).toEqual([newest + 2]);
    expect(disk.files().filter(path => path.includes('/slots/') && path.endsWith('.tmp'))).toEqual([]);
  }

  /** Lets a process die at a call; resolves when it has, or when it is through. */
  async function dieAt(disk: Disk, call: number, moment: 'before' | 'after', done: string[]): Promise<void> {
    await new Promise<void>(resolve => {
      disk.interfere = (now, _call, number) => {
        if (number < call || (number === call && now === 'before' && moment === 'after')) return;
        resolve();
        return DEAD;
      };
      work(disk, done).then(resolve, resolve);
    });
    disk.interfere = () => {};
  }

  it('loses nothing that was acknowledged, and shows no half-written slot, at whatever call it dies', async () => {
    const whole = new Disk();
    await work(whole, []);
    for (let call = 1; call <= whole.calls; call++) {
      for (const moment of ['before', 'after'] as const) {
        const done: string[] = [];
        const disk = new Disk();
        await dieAt(disk, call, moment, done);
        await expectSound(disk, done);
      }
    }
  });

  it('loses nothing that was acknowledged when the power fails, whatever of the unsynced survives', async () => {
    const whole = new Disk();
    await work(whole, []);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: whole.calls }),
        fc.constantFrom('before', 'after'),
        fc.infiniteStream(fc.boolean()),
        async (call, moment, chances) => {
          const done: string[] = [];
          const disk = new Disk();
          await dieAt(disk, call, moment, done);
          await expectSound(
            disk.powerLoss(() => chances.next().value as boolean),
            done,
          );
        },
      ),
      { numRuns: 1000 },
    );
  });
});

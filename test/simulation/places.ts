/** Where a simulated job keeps its checkpoints: in files of a disk, call by call, or in a store each of whose calls is done as a whole or not at all. */
import type { CheckpointStorage, ChunkEntry } from '../../src/checkpoint/storage.js';
import { fileStorage } from '../../src/storages/fileStorage.js';
import type { Medium } from '../../src/storages/medium.js';
import { slotName } from '../../src/storages/names.js';
import { storageOn } from '../../src/storages/storageOn.js';
import { Disk, type DiskBugs } from './disk.js';
import type { Stepper } from './process.js';
import type { Simulation } from './simulation.js';

export type PlaceName = 'files' | 'objects';

export interface Place {
  /** A process's view of it. */
  storage(process: Stepper, bugs?: DiskBugs): CheckpointStorage;
  /** Whether slot `seq` would survive a loss of power. */
  isDurable(seq: number): boolean;
  /** The power is gone. */
  lose(): void;
  /** A bit flips in a slot or a chunk; false: there is none. */
  rot(what: 'slots' | 'chunks'): boolean;
}

export class Files implements Place {
  readonly disk: Disk;

  constructor(simulation: Simulation) {
    this.disk = new Disk(simulation);
  }

  storage(process: Stepper, bugs: DiskBugs = {}): CheckpointStorage {
    return fileStorage('/state', this.disk.port(process, bugs));
  }

  isDurable(seq: number): boolean {
    return this.disk.isDurable(`/state/job/slots/${slotName(seq)}`);
  }

  lose(): void {
    this.disk.lose();
  }

  rot(what: 'slots' | 'chunks'): boolean {
    return this.disk.rot(path => path.includes(`/${what}/`) && !path.includes('below'));
  }
}

/** As S3 and IndexedDB are. */
export class Objects implements Place {
  readonly #simulation: Simulation;
  readonly #chunks = new Map<string, Uint8Array>();
  readonly #slots = new Map<number, Uint8Array>();
  #below = 0;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  storage(process: Stepper, bugs: DiskBugs = {}): CheckpointStorage {
    const capabilities = { durable: true, fencing: 'linearizable', chunkBytes: 1 << 20 } as const;
    return storageOn('objects', capabilities, this.#medium(process, bugs));
  }

  isDurable(seq: number): boolean {
    return this.#slots.has(seq);
  }

  lose(): void {}

  rot(what: 'slots' | 'chunks'): boolean {
    const { random } = this.#simulation;
    const all: Map<unknown, Uint8Array> = what === 'slots' ? this.#slots : this.#chunks;
    const names = [...all.keys()];
    const name = names[Math.floor(random() * names.length)];
    const bytes = all.get(name)?.slice();
    if (!bytes) return false;
    bytes[Math.floor(random() * bytes.length)]! ^= 1 << Math.floor(random() * 8);
    all.set(name, bytes);
    this.#simulation.note(`bit rot in ${name}`);
    return true;
  }

  #medium(process: Stepper, { noTrimMark }: DiskBugs): Medium {
    const chunks = this.#chunks;
    const slots = this.#slots;
    const put = <K>(all: Map<K, Uint8Array>, key: K, data: Uint8Array, taken: boolean): 'ok' | 'taken' => {
      if (taken || all.has(key)) return 'taken';
      all.set(key, data);
      return 'ok';
    };
    async function* listChunks(_job: string, prefix: string): AsyncGenerator<ChunkEntry, void, undefined> {
      const found = await process.step('list', () => [...chunks].filter(([id]) => id.startsWith(prefix)));
      for (const [id, { length }] of found) yield { id, bytes: length };
    }
    return {
      listChunks,
      open: () => process.step('open', () => undefined),
      close: async () => undefined,
      putChunk: (_job, id, data) => process.step(`put ${id}`, () => put(chunks, id, data, false)),
      getChunk: (_job, id) => process.step(`get ${id}`, () => chunks.get(id)?.slice()),
      deleteChunks: (_job, ids) => process.step(`delete ${ids}`, () => ids.forEach(id => void chunks.delete(id))),
      appendSlot: (_job, seq, data) => process.step(`append ${seq}`, () => put(slots, seq, data, seq < this.#below && !noTrimMark)),
      readSlot: (_job, seq) => process.step(`read ${seq}`, () => slots.get(seq)?.slice()),
      listSlots: () => process.step('list', () => [...slots.keys()]),
      trimSlots: (_job, below) =>
        process.step(`trim ${below}`, () => {
          this.#below = Math.max(this.#below, below);
          for (const seq of [...slots.keys()]) if (seq < below) slots.delete(seq);
        }),
      listJobs: async () => ['job'],
    };
  }
}

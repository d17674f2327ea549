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

/** What such a store has of one job. */
interface Shelf {
  readonly chunks: Map<string, Uint8Array>;
  readonly slots: Map<number, Uint8Array>;
  below: number;
}

/** As S3 and IndexedDB are. */
export class Objects implements Place {
  readonly #simulation: Simulation;
  readonly #shelves = new Map<string, Shelf>();

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  storage(process: Stepper, bugs: DiskBugs = {}): CheckpointStorage {
    const capabilities = { durable: true, fencing: 'linearizable', chunkBytes: 1 << 20 } as const;
    return storageOn('objects', capabilities, this.#medium(process, bugs));
  }

  isDurable(seq: number): boolean {
    return this.#of('job').slots.has(seq);
  }

  lose(): void {}

  rot(what: 'slots' | 'chunks'): boolean {
    const { random } = this.#simulation;
    const all: Map<unknown, Uint8Array> = this.#of('job')[what];
    const names = [...all.keys()];
    const name = names[Math.floor(random() * names.length)];
    const bytes = all.get(name)?.slice();
    if (!bytes) return false;
    bytes[Math.floor(random() * bytes.length)]! ^= 1 << Math.floor(random() * 8);
    all.set(name, bytes);
    this.#simulation.note(`bit rot in ${name}`);
    return true;
  }

  #of(job: string): Shelf {
    let shelf = this.#shelves.get(job);
    if (!shelf) this.#shelves.set(job, (shelf = { chunks: new Map(), slots: new Map(), below: 0 }));
    return shelf;
  }

  #medium(process: Stepper, { noTrimMark }: DiskBugs): Medium {
    const of = (job: string) => this.#of(job);
    const put = <K>(all: Map<K, Uint8Array>, key: K, data: Uint8Array, taken: boolean): 'ok' | 'taken' => {
      if (taken || all.has(key)) return 'taken';
      all.set(key, data);
      return 'ok';
    };
    async function* listChunks(job: string, prefix: string): AsyncGenerator<ChunkEntry, void, undefined> {
      const found = await process.step('list', () => [...of(job).chunks].filter(([id]) => id.startsWith(prefix)));
      for (const [id, { length }] of found) yield { id, bytes: length };
    }
    return {
      listChunks,
      open: () => process.step('open', () => undefined),
      close: async () => undefined,
      putChunk: (job, id, data) => process.step(`put ${id}`, () => put(of(job).chunks, id, data, false)),
      getChunk: (job, id) => process.step(`get ${id}`, () => of(job).chunks.get(id)?.slice()),
      deleteChunks: (job, ids) => process.step(`delete ${ids}`, () => ids.forEach(id => void of(job).chunks.delete(id))),
      appendSlot: (job, seq, data) =>
        process.step(`append ${seq}`, () => put(of(job).slots, seq, data, seq < of(job).below && !noTrimMark)),
      readSlot: (job, seq) => process.step(`read ${seq}`, () => of(job).slots.get(seq)?.slice()),
      listSlots: job => process.step('list', () => [...of(job).slots.keys()]),
      trimSlots: (job, below) =>
        process.step(`trim ${below}`, () => {
          const shelf = of(job);
          shelf.below = Math.max(shelf.below, below);
          for (const seq of [...shelf.slots.keys()]) if (seq < below) shelf.slots.delete(seq);
        }),
      listJobs: async () => [...this.#shelves.keys()],
    };
  }
}

/**
 * The cells of a state that may be larger than memory. All cells of a key lie in one record, as a chain from the one that starts last: so an
 * element looks one thing up, and sessions that meet are at hand together. What sessions.ts and lives.ts call `newest` is here a look into the
 * records.
 */
import type { StatePart } from '../state/cut.js';
import { keyBytes } from '../state/keyBytes.js';
import { KeyMap } from '../state/keys.js';
import type { Lane } from '../state/lanes.js';
import { Overlay } from '../state/overlay.js';
import type { StateBackend } from '../state/stateBackend.js';
import { BLOCK, type HeldParts, StoredParts } from '../state/storedParts.js';
import type { Timestamp } from '../time/timestamp.js';
import { Cell, type CellData, dumpCell, NO_WAKES } from './cell.js';
import type { CellKeeper } from './cellCuts.js';
import { NONE } from './emitter.js';

/** A key with all of its cells. */
interface CellRecord<K, R> {
  readonly key: K;
  readonly bytes: string;
  newest: StoredCell<K, R> | undefined;
}

/** A cell that need not be at hand: nothing but its record may refer to it from one turn to the next. */
export class StoredCell<K, R> extends Cell<K, R> {
  readonly number: number;
  readonly record: CellRecord<K, R>;
  /** The time for which its expiry is in the queue of expiries; `armed` is that of its end. */
  doomed: Timestamp = Infinity;
  declare older: StoredCell<K, R> | undefined;

  constructor(record: CellRecord<K, R>, number: number, start: Timestamp, end: Timestamp, seq: number, slot: number, trigger: unknown) {
    super(record.key, start, end, seq, slot, trigger);
    this.record = record;
    this.number = number;
  }
}

export class StoredCells<T, K, R> extends KeyMap<K, Cell<K, R>> implements CellKeeper<K, R> {
  /** A call is at work, and may have cells in its hands. */
  busy = false;
  readonly #lane: Lane<T, R>;
  readonly #records: Overlay<string, CellRecord<K, R>>;
  readonly #parts: StoredParts;
  /** The record of the element at hand. */
  #recent: CellRecord<K, R> | undefined = undefined;
  #numbers = 0;

  /** `bound`: how many keys may be at hand. */
  constructor(lane: Lane<T, R>, backend: StateBackend, name: string, bound: number) {
    super();
    this.#lane = lane;
    const form = {
      save: (record: CellRecord<K, R>) => this.#save(record),
      load: (data: unknown) => this.#load(data as unknown[]),
      release: (record: CellRecord<K, R>): void => {
        for (let cell = record.newest; cell; cell = cell.older) lane.free(cell.slot);
      },
    };
    this.#records = new Overlay<string, CellRecord<K, R>>(backend.table(`${name}/keys`), form, bound, bytes => bytes);
    this.#parts = new StoredParts(backend, name, bound, {
      dump: (number, label, cut) => this.#dumpAt(number, label, cut),
      assemble: (_block, entries) => entries,
      settle: () => {
        if (!this.busy) this.settle();
      },
    });
  }

  /** Between turns, and where no cell is in hand: what is too much at hand makes room. */
  settle(): void {
    this.#recent = undefined;
    this.#records.settle();
    this.#parts.settle();
  }

  override get(key: K): StoredCell<K, R> | undefined {
    return this.#recordOf(key).newest;
  }

  override set(key: K, newest: Cell<K, R>): void {
    const record = this.#recordOf(key);
    record.newest = newest as StoredCell<K, R>;
    this.#records.put(record.bytes, record);
  }

  override delete(key: K): void {
    const record = this.#recordOf(key);
    record.newest = undefined;
    this.#records.delete(record.bytes);
  }

  /** A new cell, which is in no chain yet. */
  create(key: K, start: Timestamp, end: Timestamp, seq: number, trigger: unknown): StoredCell<K, R> {
    const record = this.#recordOf(key);
    const cell = new StoredCell<K, R>(record, this.#numbers++, start, end, seq, this.#lane.alloc(), trigger);
    cell.mark = this.#parts.epoch;
    this.#parts.born(cell.number, record.bytes);
    return cell;
  }

  /** The cell of this number; undefined: it is no more. */
  at(number: number): StoredCell<K, R> | undefined {
    const bytes = this.#parts.labelOf(number);
    return bytes === undefined ? undefined : cellIn(this.#records.get(bytes), number);
  }

  touch(cell: Cell<K, R>): void {
    const stored = cell as StoredCell<K, R>;
    this.keep(stored);
    this.#parts.touch(stored.number, stored.mark, () => this.#dump(stored));
    stored.mark = this.#parts.epoch;
  }

  /** A cell has changed, if only in what no snapshot has. */
  keep({ record }: StoredCell<K, R>): void {
    if (record.newest) this.#records.put(record.bytes, record);
  }

  remove(cell: Cell<K, R>): void {
    this.touch(cell);
    this.#parts.died((cell as StoredCell<K, R>).number, (cell as StoredCell<K, R>).record.bytes);
    this.#lane.free(cell.slot);
  }

  cut(number: number, since: number): Iterable<StatePart> {
    return this.#parts.take(number, since);
  }

  /** Holds a cut. */
  hold(number: number): HeldParts {
    return this.#parts.hold(number);
  }

  /** What `use` makes of the newest cell of a key, which leads to the others: they are at hand for so long. */
  look<U>(bytes: string, use: (newest: StoredCell<K, R> | undefined) => U): U | undefined {
    return this.#records.look(bytes, ({ newest }) => use(newest));
  }

  /** The numbers of all cells, and in between of others, each with the bytes of its key; of cells that are no more, undefined. */
  *numbers(): Generator<[number: number, bytes: string | undefined], undefined> {
    for (const block of this.#parts.blocks())
      for (let number = block * BLOCK; number < (block + 1) * BLOCK; number++) yield [number, this.#parts.lookUp(number)];
    return undefined;
  }

  #recordOf(key: K): CellRecord<K, R> {
    // Most calls in a turn are about one key.
    const recent = this.#recent;
    if (recent !== undefined && recent.key === key) return recent;
    const bytes = keyBytes(key);
    this.#recent = this.#records.get(bytes) ?? { key, bytes, newest: undefined };
    return this.#recent;
  }

  #dumpAt(number: number, bytes: string, cut: number): unknown {
    return this.#records.look(bytes, record => {
      const cell = cellIn(record, number);
      return cell === undefined || cell.mark > cut ? undefined : this.#dump(cell);
    });
  }

  #dump(cell: StoredCell<K, R>): CellData<K, R> {
    return dumpCell(cell, cell.closed ? undefined : this.#lane.dump(cell.slot));
  }

  #save({ key, bytes, newest }: CellRecord<K, R>): unknown[] {
    const data: unknown[] = [key, bytes];
    for (let cell = newest; cell; cell = cell.older) {
      const { event, processing } = cell.wakes;
      data.push([
        ...[cell.number, cell.start, cell.end, cell.seq, cell.trigger, cell.closed ? null : this.#lane.dump(cell.slot)],
        ...[cell.mark, cell.armed, cell.doomed, cell.held, cell.from, cell.fresh, cell.timely, cell.panes, cell.spoken, cell.closed],
        ...[cell.earliest, cell.latest, cell.last, cell.replaces, event, processing, cell.timing],
      ]);
    }
    return data;
  }

  #load([key, bytes, ...cells]: unknown[]): CellRecord<K, R> {
    const record: CellRecord<K, R> = { key: key as K, bytes: bytes as string, newest: undefined };
    let newer: StoredCell<K, R> | undefined;
    for (const data of cells) {
      const cell = this.#loadCell(record, data as any[]);
      if (newer) newer.older = cell;
      else record.newest = cell;
      newer = cell;
    }
    return record;
  }

  #loadCell(record: CellRecord<K, R>, data: readonly any[]): StoredCell<K, R> {
    const [number, start, end, seq, trigger, accumulator] = data;
    const slot = this.#lane.alloc();
    const cell = new StoredCell<K, R>(record, number, start, end, seq, slot, trigger);
    [cell.mark, cell.armed, cell.doomed, cell.held, cell.from, cell.fresh, cell.timely, cell.panes, cell.spoken, cell.closed] =
      data.slice(6);
    [cell.earliest, cell.latest, cell.last, cell.replaces] = data.slice(16);
    if (cell.replaces.length === 0) cell.replaces = NONE;
    const [event, processing, timing] = data.slice(20);
    cell.timing = timing;
    cell.wakes = event.length + processing.length > 0 ? { event, processing } : NO_WAKES;
    if (!cell.closed) this.#lane.load(slot, accumulator);
    return cell;
  }
}

function cellIn<K, R>(record: CellRecord<K, R> | undefined, number: number): StoredCell<K, R> | undefined {
  let cell = record?.newest;
  while (cell && cell.number !== number) cell = cell.older;
  return cell;
}

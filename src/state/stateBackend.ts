/**
 * The contract of what holds working state that may be larger than memory: ordered tables of plain data, read and written synchronously,
 * since operators are. It is no storage: nothing of it survives the run, and checkpoints alone are the truth.
 */

/** What becomes of a key: its new data, as plain data; undefined: it is deleted. */
export type StateChange = readonly [key: string, data: unknown];

/**
 * Plain data by key. Keys are texts of the characters 0 to 255, which stand for bytes, and are ordered as those. Data are what `structuredClone`
 * takes, and shared with nobody: neither who wrote them nor who was given them can change what is there.
 */
export interface StateTable {
  /** How many keys there are. */
  readonly size: number;
  /** The data of a key; undefined: there are none. */
  get(key: string): unknown;
  /** In order, those from `from` on and before `to`, at most `limit`. `to` undefined: up to the last. */
  range(from: string, to: string | undefined, limit: number): readonly (readonly [key: string, data: unknown])[];
  /** Changes several keys, of which each comes once. They are seen by whatever is read next. */
  write(changes: readonly StateChange[]): void;
  /** Forgets all keys. */
  clear(): void;
}

/** Where tables are. */
export interface StateBackend {
  /** For errors: `lmdb(./working)`. */
  readonly name: string;
  /** Makes it ready, without any data. */
  open(): Promise<void>;
  /** The table of a name, which is empty the first time. */
  table(name: string): StateTable;
  /** Lets go of everything. Closing twice is no error. */
  close(): Promise<void>;
}

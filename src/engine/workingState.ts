/** Where the state of windows is while a job runs: in memory, or in a backend that may hold more than fits there. */
import type { MachineFactory, WindowingSpec } from './machine.js';

/** Where the state of windows is while a job runs: `memory()`, or `lmdb()` of `tidemark/lmdb`. Checkpoints do not depend on it. */
export interface WorkingState {
  /** For errors: `lmdb(./working)`. */
  readonly name: string;
  /** Makes it ready for one run, empty. */
  open(): Promise<OpenState>;
}

/** Working state of one run. */
export interface OpenState {
  /**
   * What computes the windows of the operator of this name; undefined: what does so in memory.
   * @internal
   */
  machine(name: string, spec: WindowingSpec<any, any, any>): MachineFactory | undefined;
  /**
   * Takes a part of a checkpoint that is being read, until what is returned gives it back. Absent: parts wait in memory.
   * @internal
   */
  park?(data: unknown): () => unknown;
  /**
   * The operators have taken over what was parked.
   * @internal
   */
  unpark?(): void;
  /** The run is over. */
  close(): Promise<void>;
}

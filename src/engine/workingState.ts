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
  /** The run is over. */
  close(): Promise<void>;
}

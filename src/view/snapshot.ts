import type { HeldState } from './heldState.js';
import type { ViewHost } from './viewHost.js';

/** One instant of all operators of a job, held until it is closed; made by {@link snapshotOf}. */
export class Snapshot {
  /** @internal */
  readonly host: ViewHost;
  /** The newest checkpoint that was complete then. */
  readonly checkpoint: number | undefined;
  #held: HeldState | undefined;

  /** @internal */
  constructor(host: ViewHost, held: HeldState) {
    this.host = host;
    this.checkpoint = host.checkpoint;
    this.#held = held;
  }

  /**
   * Undefined: it is closed.
   * @internal
   */
  get held(): HeldState | undefined {
    return this.#held;
  }

  /** Lets go of it. Closing twice is no error. */
  close(): void {
    this.#held?.release();
    this.#held = undefined;
  }

  /** The same, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * The world, as far as the coordinator touches it. Each effect goes through `io`, so that a simulation can let a process die before an
 * effect, after it, and between the effect and the word of it.
 */

/** What the coordinator asks of the world. */
export interface Env {
  /** Does something outside this process. `label` says what, for simulations and errors. */
  io<T>(label: string, effect: () => Promise<T>): Promise<T>;
  /** Lets other work run: between two slices of a long one. */
  pause(): Promise<void>;
  /** Milliseconds on a clock that only goes forward: for time-outs and measuring, never for results. */
  now(): number;
  /** Milliseconds since the epoch, for people to read. */
  wallClock(): number;
  /** Calls back after so many milliseconds; the returned function calls that off. */
  after(milliseconds: number, task: () => void): () => void;
  /** A text that no other process has. */
  nonce(): string;
  /** Takes a part of an operator's state that has been read, until what is returned gives it back; it may be asked often. Absent: parts wait in memory. */
  park?(data: unknown): () => unknown;
}

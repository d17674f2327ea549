/** An operator with windows at work, as those who read its state see it. */
import type { WindowingSpec, WindowMachine } from './machine.js';
import type { Pane } from './pane.js';

export interface WindowsAtWork<T, K, R> {
  /** For errors: `windowBy(tumbling(1h)) "delays"`. */
  readonly kind: string;
  readonly spec: WindowingSpec<T, K, R>;
  /** Whoever wants to hear of elements puts one in front of it. */
  machine: WindowMachine<T>;
  /** What its panes go through; whoever wants to hear of them puts one in front of it. */
  pane: (pane: Pane<K, R>) => void;
  /** A call is at work: its state is between two states. */
  readonly busy: boolean;
  /** Nothing comes any more. */
  readonly closed: boolean;
}

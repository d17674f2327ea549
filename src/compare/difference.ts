/** What differs between two runs of the same input, pane by pane. */
import type { TimeWindow } from '../engine/window.js';
import type { Delta } from './alike.js';

/** What a row of a comparison is about. */
export interface ComparedPane {
  /** The operator of the base that says it, by name. */
  readonly operator: string;
  /** The key of the pane; with `by` of {@link whatIf}: what that gave. */
  readonly key: unknown;
  /** The window of the pane, that of the base if both have it; undefined with `by`. */
  readonly window: TimeWindow | undefined;
}

/** A final pane that is not the same on both sides. */
export type PaneDifference<B, V> = ComparedPane &
  (
    | {
        /** The base says it, the variant does not. */
        readonly change: 'onlyBase';
        /** What the base says. */
        readonly base: B;
        /** Nothing. */
        readonly variant: undefined;
        /** Nothing. */
        readonly delta: undefined;
      }
    | {
        /** The variant says it, the base does not. */
        readonly change: 'onlyVariant';
        /** Nothing. */
        readonly base: undefined;
        /** What the variant says. */
        readonly variant: V;
        /** Nothing. */
        readonly delta: undefined;
      }
    | {
        /** Both say it, with different values. */
        readonly change: 'different';
        /** What the base says. */
        readonly base: B;
        /** What the variant says. */
        readonly variant: V;
        /** From the base to the variant, where both have numbers. */
        readonly delta: Delta | undefined;
      }
  );

/** A final pane of the base that was another one when the base ran once more over the same input. */
export interface UnstablePane<B> extends ComparedPane {
  /** What the base says; undefined: it does not say it. */
  readonly base: B | undefined;
  /** What the base says when it runs once more. */
  readonly control: B | undefined;
  /** From the base to the control, where both have numbers. */
  readonly delta: Delta | undefined;
}

import type { PaneDifference, UnstablePane } from './difference.js';
import { reportText } from './reportText.js';

/** How many final panes there are of each kind. */
export interface PaneCounts {
  /** The same on both sides. */
  readonly same: number;
  /** On both sides, with different values. */
  readonly different: number;
  /** Only the base has them. */
  readonly onlyBase: number;
  /** Only the variant has them. */
  readonly onlyVariant: number;
  /** The base did not say the same when it ran once more. */
  readonly unstable: number;
}

/** The counts of an operator of the base and of its counterpart. */
export interface ComparedOperator extends PaneCounts {
  /** The name of the operator. */
  readonly operator: string;
  /** What it is in the base: `windowBy(session(30m)) "sessions"`. */
  readonly base: string;
  /** What stands in its place in the variant. */
  readonly variant: string;
}

/** An option of an operator of both sides that is another one on each; those of which windows it makes are in `operators`. */
export interface ComparedOption {
  /** Kind and name of the operator: `windowBy/sessions`. */
  readonly operator: string;
  /** `lateness`, `aggregate`, `trigger`, ... */
  readonly aspect: string;
  /** What it is in the base. */
  readonly base: string | number;
  /** What it is in the variant. */
  readonly variant: string | number;
}

/** What has been found, as the report takes it. */
export interface Findings<B, V> {
  readonly elements: number;
  readonly ended: WhatIfEnd;
  readonly operators: readonly ComparedOperator[];
  readonly options?: readonly ComparedOption[];
  readonly differences: readonly PaneDifference<B, V>[];
  readonly unstable: readonly UnstablePane<B>[];
}

/** Where the replay has ended: with its sources, where `until` said, or at `stop()`. */
export type WhatIfEnd = 'end of input' | 'until' | 'stopped';

/**
 * What {@link whatIf} has found: plain data, so that `JSON.stringify` works; as a string, a table.
 *
 * @typeParam B - what the base says
 * @typeParam V - what the variant says
 */
export class WhatIfReport<B, V> {
  /** The base has said the same when it ran once more, so that differences are those of the variant. */
  readonly deterministic: boolean;
  /** How many final panes were compared, over all operators. */
  readonly counts: PaneCounts;
  /** The same for each operator. */
  readonly operators: readonly ComparedOperator[];
  /** The options that differ, as far as state depends on them; keys and functions are not among them. */
  readonly options: readonly ComparedOption[];
  /** The first of the panes that differ, as many as `keep` says; none if the base is not deterministic. */
  readonly differences: readonly PaneDifference<B, V>[];
  /** The first of the panes that the base did not say again, as many as `keep` says. */
  readonly unstable: readonly UnstablePane<B>[];
  /** How many elements were read. */
  readonly elements: number;
  /** Where the replay ended. */
  readonly ended: WhatIfEnd;

  /** @internal */
  constructor({ elements, ended, operators, options = [], differences, unstable }: Findings<B, V>) {
    const sum = (count: keyof PaneCounts): number => operators.reduce((total, operator) => total + operator[count], 0);
    this.counts = {
      same: sum('same'),
      different: sum('different'),
      onlyBase: sum('onlyBase'),
      onlyVariant: sum('onlyVariant'),
      unstable: sum('unstable'),
    };
    this.deterministic = this.counts.unstable === 0;
    this.operators = operators;
    this.options = options;
    this.differences = this.deterministic ? differences : [];
    this.unstable = unstable;
    this.elements = elements;
    this.ended = ended;
  }

  /**
   * The report as a table, with the first panes that differ.
   *
   * @param lines How many of them; default 10.
   */
  toString(lines = 10): string {
    return reportText(this, lines);
  }
}

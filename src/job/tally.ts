/** What the sides of a what-if say, compared and counted. */
import { Subject } from 'rxjs';
import type { PaneDifference, UnstablePane } from '../compare/difference.js';
import { PaneComparison, type Side } from '../compare/paneComparison.js';
import type { Findings, PaneCounts } from '../compare/report.js';
import { TidemarkError } from '../errors.js';
import type { Watermark } from '../time/timestamp.js';
import type { ComparedOutput } from './comparedOutputs.js';

type Counts = { -readonly [Kind in keyof PaneCounts]: number };

export class Tally<B, V> {
  readonly differences: Subject<PaneDifference<B, V>> = new Subject<PaneDifference<B, V>>();
  readonly #outputs: readonly ComparedOutput[];
  readonly #keep: number;
  readonly #counts: readonly Counts[];
  readonly #comparisons: readonly PaneComparison[];
  readonly #kept: PaneDifference<B, V>[] = [];
  readonly #unstable: UnstablePane<B>[] = [];

  /** `keep`: so many panes that differ are kept. */
  constructor(outputs: readonly ComparedOutput[], keep: number) {
    this.#outputs = outputs;
    this.#keep = keep;
    this.#counts = outputs.map(() => ({ same: 0, different: 0, onlyBase: 0, onlyVariant: 0, unstable: 0 }));
    this.#comparisons = outputs.map((output, number) => this.#comparison(output, this.#counts[number] as Counts));
  }

  said(side: Side, output: number, row: unknown, diff: 1 | -1): void {
    (this.#comparisons[output] as PaneComparison).said(side, row, diff);
  }

  watermark(side: Side, output: number, time: Watermark): void {
    (this.#comparisons[output] as PaneComparison).watermark(side, time);
  }

  /** How many final panes have been compared, and how many of them differ. */
  get progress(): { readonly panes: number; readonly differences: number } {
    let panes = 0;
    let differences = 0;
    for (const { same, different, onlyBase, onlyVariant, unstable } of this.#counts) {
      differences += different + onlyBase + onlyVariant;
      panes += same + different + onlyBase + onlyVariant + unstable;
    }
    return { panes, differences };
  }

  findings(): Pick<Findings<B, V>, 'operators' | 'differences' | 'unstable'> {
    const operators = this.#outputs.map(({ operator, base, variant }, number) => ({
      operator,
      base,
      variant,
      ...(this.#counts[number] as Counts),
    }));
    return { operators, differences: this.#kept, unstable: this.#unstable };
  }

  #comparison(output: ComparedOutput, counts: Counts): PaneComparison {
    return new PaneComparison(output, {
      same() {
        counts.same++;
      },
      different: difference => {
        counts[difference.change]++;
        if (this.#kept.length < this.#keep) this.#kept.push(difference);
        this.differences.next(difference);
      },
      unstable: pane => {
        counts.unstable++;
        if (this.#unstable.length < this.#keep) this.#unstable.push(pane);
        // The first of them makes all differences worthless.
        this.differences.error(
          new TidemarkError(
            'NOT_DETERMINISTIC',
            `whatIf: the base, run once more over the same elements, said another pane at ${output.base}.`,
          ),
        );
      },
    });
  }
}

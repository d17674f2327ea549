/** A machine fed by hand, with what it says as short lines: `+a [0,10) = 3 on-time 0/0 last`; `-` is a retraction. */
import { sum } from '../../src/aggregates/sum.js';
import { dropCounts } from '../../src/engine/drops.js';
import type { DropCounts, MachineFactory, MachineOutput, WindowMachine } from '../../src/engine/machine.js';
import type { Pane } from '../../src/engine/pane.js';
import type { Trigger } from '../../src/engine/trigger.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import type { SavedState } from '../../src/state/cut.js';
import { stateOf } from '../cuts.js';
import { type Item, type Options, specOf } from '../properties/machineRun.js';

export function line({
  key,
  window,
  value,
  timing,
  index,
  nonSpeculativeIndex,
  isLast,
  retraction,
  replaces,
}: Pane<unknown, unknown>): string {
  const gone = replaces.map(({ start, end }) => ` for [${start},${end})`).join('');
  return `${retraction ? '-' : '+'}${key} [${window.start},${window.end}) = ${value} ${timing} ${index}/${nonSpeculativeIndex}${isLast ? ' last' : ''}${gone}`;
}

/** An output that keeps lines. */
export function listener<K, R>(): { readonly said: string[]; readonly output: MachineOutput<Item, K, R>; readonly promised: () => number } {
  const said: string[] = [];
  let promised = Number.NEGATIVE_INFINITY;
  const output: MachineOutput<Item, K, R> = {
    reached: time => void (promised = Math.max(promised, time)),
    pane: pane => void said.push(line(pane)),
    late: ({ value, timestamp, reason, watermark, window, by }) =>
      void said.push(`late ${value.key}@${timestamp} ${reason} [${window?.start},${window?.end}) by ${by} at ${watermark}`),
  };
  return { said, output, promised: () => promised };
}

export class Bench {
  readonly drops: DropCounts = dropCounts();
  readonly machine: WindowMachine<Item>;
  private readonly heard = listener<string, number>();
  private readonly factory: MachineFactory;
  private readonly setting: readonly [WindowAssigner<Item>, Options, Trigger<Item> | undefined];

  constructor(
    factory: MachineFactory,
    assigner: WindowAssigner<Item>,
    options: Options = {},
    trigger?: Trigger<Item>,
    snapshot?: SavedState,
  ) {
    this.factory = factory;
    this.setting = [assigner, options, trigger];
    this.machine = factory(
      specOf(
        assigner,
        sum((item: Item) => item.value),
        options,
        trigger,
      ),
      this.heard.output,
      this.drops,
      snapshot,
    );
  }

  /** The watermark downstream. */
  get promised(): number {
    return this.heard.promised();
  }

  /** What an element gives. */
  add(key: string, at: number, value = 1, diff: 1 | -1 = 1): string[] {
    this.machine.element({ key, value, at }, at, diff);
    return this.heard.said.splice(0);
  }

  /** What a watermark gives. */
  watermark(time: number): string[] {
    this.machine.advance(time, this.machine.processingTime);
    return this.heard.said.splice(0);
  }

  clock(time: number): string[] {
    this.machine.advance(this.machine.watermark, time);
    return this.heard.said.splice(0);
  }

  /** Another one that goes on from a snapshot of this one. */
  restarted(): Bench {
    return new Bench(this.factory, ...this.setting, stateOf(this.machine));
  }
}

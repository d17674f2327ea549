/** What is compared of two programs: their pipelines in order, each by the windows that it ends in. */
import type { Compared } from '../compare/paneComparison.js';
import { mustBe, TidemarkError } from '../errors.js';
import { WindowStream } from '../operators/windowBy.js';
import type { EventStream } from '../stream/eventStream.js';

/** A pipeline of the base and its counterpart. */
export interface ComparedOutput extends Compared {
  /** What they are, for people. */
  readonly base: string;
  readonly variant: string;
}

type Output = EventStream<unknown>;

/** Pairs the pipelines; refuses those whose panes cannot be told apart. */
export function comparedOutputs(
  base: readonly Output[],
  variant: readonly Output[],
  by: ((row: any) => unknown) | undefined,
  tolerance: number,
): ComparedOutput[] {
  if (base.length !== variant.length) {
    throw new TidemarkError(
      'BAD_OPTION',
      `whatIf: the base has ${base.length} pipelines, and the variant ${variant.length}: they are compared one by one, so give as many of each.`,
    );
  }
  return base.map((output, i) => {
    const other = variant[i] as Output;
    if (by) {
      const rows = { lateness: 0, merging: false, merges: [false, false, false] as const, discarding: false, by, tolerance };
      return { operator: output.name ?? output.kind, base: output.kind, variant: other.kind, ...rows };
    }
    const [mine, theirs] = [windowsOf(output, 'base'), windowsOf(other, 'variant')];
    const discarding = mine.spec.accumulation === 'discarding';
    if (discarding !== (theirs.spec.accumulation === 'discarding'))
      throw mustBe('whatIf: accumulation of the variant', `'${mine.spec.accumulation}', as in the base`, theirs.spec.accumulation);
    return {
      operator: mine.name ?? output.kind,
      base: mine.kind,
      variant: theirs.kind,
      lateness: Math.max(mine.spec.allowedLateness, theirs.spec.allowedLateness),
      merging: mine.spec.assigner.merging && theirs.spec.assigner.merging,
      merges: [mine.spec.assigner.merging, mine.spec.assigner.merging, theirs.spec.assigner.merging],
      discarding,
      by: undefined,
      tolerance,
    };
  });
}

/** The windows whose panes come out of a pipeline. */
function windowsOf(output: Output, side: string): WindowStream<unknown, unknown, unknown> {
  const found = new Set<WindowStream<unknown, unknown, unknown>>();
  const look = (stream: Output): void => {
    if (stream instanceof WindowStream) found.add(stream);
    else stream.inputs.forEach(look);
  };
  look(output);
  const [windows] = found;
  if (windows && found.size === 1) return windows;
  throw mustBe(
    `whatIf: a pipeline of the ${side}`,
    'one that ends in the panes of one windowBy()',
    output.kind,
    windows
      ? 'Give the windows as a pipeline each, or say what identifies a row: { by: row => row.id }.'
      : 'Say what identifies a row: { by: row => row.id }.',
  );
}

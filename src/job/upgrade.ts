/**
 * State of an older program, made into that of this one, before any of it is brought back: so that nothing that runs knows of versions.
 */
import type { Aggregate } from '../aggregates/aggregate.js';
import type { Form } from '../checkpoint/form.js';
import { cellsOf } from '../engine/cell.js';
import type { WindowingSpec } from '../engine/machine.js';
import type { BlockData } from '../engine/sliceCuts.js';
import type { Trigger } from '../engine/trigger.js';
import { show, TidemarkError } from '../errors.js';
import { windowText } from '../operators/windowSink.js';
import type { SavedState, StatePart } from '../state/cut.js';
import { START_OF_TIME, type Timestamp } from '../time/timestamp.js';
import { type FormChange, familyOf } from './forms.js';

/** `changes`: from `was`, none of them incompatible. Throws BAD_SNAPSHOT if a `migrate` fails. */
export function upgraded(
  id: string,
  kind: string,
  saved: SavedState,
  was: Form,
  spec: unknown,
  changes: readonly FormChange[],
): SavedState {
  if (kind === 'windowBy') return windowsOf(id, saved, was, spec as WindowingSpec<any, any, any>, changes);
  const learnsAnew = changes.some(({ aspect, was, is }) => aspect === 'watermark' && familyOf(was) !== familyOf(is));
  return kind === 'eventTime' && learnsAnew ? { ...saved, rest: forgotten(saved.rest) } : saved;
}

/** A strategy of another kind cannot read what the old one remembered; the watermarks themselves stand beside it. */
function forgotten(rest: unknown): unknown {
  const { sources, ...others } = rest as { readonly sources: readonly object[] };
  return { ...others, sources: sources.map(source => ({ ...source, memory: undefined })) };
}

function windowsOf(
  id: string,
  { rest, parts }: SavedState,
  was: Form,
  spec: WindowingSpec<any, any, any>,
  changes: readonly FormChange[],
): SavedState {
  const changed = (aspect: string): boolean => changes.some(change => change.aspect === aspect);
  const { aggregate, trigger } = spec;
  const accumulators = changed('aggregate version') ? migratorOf(id, 'aggregate', aggregate, Number(was['aggregate version'])) : undefined;
  const triggers = changed('trigger version') ? migratorOf(id, 'trigger', trigger, Number(was['trigger version'])) : undefined;
  const stride = Number(was.row ?? 0);
  const migrated =
    accumulators || triggers
      ? parts.map(({ id, data }): StatePart => ({ id, data: migratedPart(data, aggregate, stride, accumulators, triggers) }))
      : parts;
  return { rest: { ...(rest as object), spec: windowText(spec), state: floored(rest, was, changed('lateness')) }, parts: migrated };
}

type Migrate = (old: unknown) => unknown;

function migratorOf(
  id: string,
  what: string,
  { name, state }: Pick<Aggregate<any, any, any> | Trigger, 'name' | 'state'> = {},
  from: number,
): Migrate {
  return old => {
    let made: unknown;
    try {
      made = state?.migrate?.(old, from);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw new TidemarkError('BAD_SNAPSHOT', `${id}: migrate of the ${what} ${name ?? ''} failed from version ${from}: ${said}`, {
        cause: error,
      });
    }
    // Its mistakes would come out much later, in the name of another.
    const isData = typeof made !== 'function' && typeof (made as PromiseLike<unknown> | null | undefined)?.then !== 'function';
    if (isData && (made !== undefined || old === undefined)) return made;
    throw new TidemarkError(
      'BAD_SNAPSHOT',
      `${id}: migrate of the ${what} ${name ?? ''} must give state from version ${from}, but gave ${show(made)}.`,
    );
  };
}

/** Cells, or a block of slots of a slice. `stride`: the numbers of a row, in the state; 0: accumulators are values. */
function migratedPart(
  data: unknown,
  { rows }: Aggregate<any, any, any>,
  stride: number,
  accumulators: Migrate | undefined,
  triggers: Migrate | undefined,
): unknown {
  const migrate = (old: unknown): unknown => {
    const made = accumulators?.(stride > 0 ? Float64Array.from(old as number[]) : old);
    return rows ? [...(made as Iterable<number>)] : made;
  };
  const block = data as BlockData<unknown>;
  if (!Array.isArray(block.keys)) {
    return cellsOf(data).map(cell => ({
      ...cell,
      ...(accumulators && !cell.closed && { accumulator: migrate(cell.accumulator) }),
      ...(triggers && { trigger: triggers(cell.trigger) }),
    }));
  }
  const values = block.values as unknown[];
  const made = block.keys.map((_, i) => migrate(stride > 0 ? values.slice(i * stride, (i + 1) * stride) : values[i]));
  return { ...block, values: rows ? made.flat() : made };
}

/** What had expired by the old lateness must not live again by a longer one, empty of what it was. */
function floored(rest: unknown, was: Form, longer: boolean): unknown {
  const { state } = rest as { readonly state: { readonly watermark: Timestamp; readonly floor?: Timestamp } };
  if (!longer || was.lateness === 'for ever') return state;
  const floor = Math.max(state.floor ?? START_OF_TIME, state.watermark - Number(was.lateness));
  return { ...state, floor };
}

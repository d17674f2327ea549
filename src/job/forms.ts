/**
 * What the state of each kind of operator depends on, and what may change of it. The rules are data: an aspect that has none must stay as it
 * is. What a program does with elements that are still to come (keys, mappings, when views speak) has no aspect: it may change freely.
 */
import type { StateVersion } from '../aggregates/aggregate.js';
import { aspectsOf, type Form } from '../checkpoint/form.js';
import type { IntervalSpec } from '../engine/intervalMachine.js';
import type { WindowingSpec } from '../engine/machine.js';
import { checkFunction, mustBe } from '../errors.js';
import type { SourceSpec } from '../operators/eventTime.js';

/** Whether state goes on as it is, is made anew of the old, or cannot be used. */
export type Verdict = 'compatible' | 'migrated' | 'incompatible';

/** An aspect of an operator that is another one than it was. */
export interface FormChange {
  /** `aggregate`, `lateness`, ... */
  readonly aspect: string;
  /** What it was when the state was kept. */
  readonly was: string | number;
  /** What the program says. */
  readonly is: string | number;
  /** What becomes of the state. */
  readonly verdict: Verdict;
  /** Why. */
  readonly why: string;
}

/** What becomes of state when an aspect changes. */
type Rule = (was: string | number, is: string | number, then: Form, now: Form) => Pick<FormChange, 'verdict' | 'why'>;

const compatible = (why: string): ReturnType<Rule> => ({ verdict: 'compatible', why });
const incompatible = (why: string): ReturnType<Rule> => ({ verdict: 'incompatible', why });
const always =
  (outcome: ReturnType<Rule>): Rule =>
  () =>
    outcome;

/** A longer lateness, as milliseconds or `for ever`. */
const longer: Rule = (was, is, then) => {
  if (was === 'for ever' || (is !== 'for ever' && Number(is) < Number(was)))
    return incompatible('windows that are kept would be cut off; keep the lateness until they have expired');
  if (then.accumulation === 'retracting' && was === 0) return incompatible('what was said is not kept as corrections need it');
  return compatible('open windows stay open for longer; those that have expired stay so');
};

/** No migration of an aggregate or a trigger helps. */
const keptElsewhere = incompatible('these windows are kept in another way');

/** What users define says by a version what it is; without one it is known by its name. */
const versioned =
  (what: 'aggregate' | 'trigger'): Rule =>
  (_was, _is, then, now) => {
    if (what === 'trigger' && then['kept in'] !== now['kept in']) return keptElsewhere;
    const [from, to] = [then[`${what} version`], now[`${what} version`]];
    if (from === to) return incompatible(`its state may mean something else; give the ${what} another state.version, and migrate`);
    if (!now[`${what} migrates`]) return incompatible(`its state is of version ${from}, and the ${what} of version ${to} has no migrate`);
    return { verdict: 'migrated', why: `migrate(state, ${from}) makes version ${to}` };
  };

const pairs = always(incompatible('pairs with elements that are not kept would be missing'));

const RULES: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  eventTime: {
    watermark: (was, is) =>
      compatible(
        familyOf(was) === familyOf(is)
          ? 'the watermark goes on from where it is, and never back'
          : 'the watermark goes on from where it is, and the strategy learns anew',
      ),
  },
  windowBy: {
    assigner: always(incompatible('windows that are kept have other bounds than those to come')),
    aggregate: versioned('aggregate'),
    'aggregate version': versioned('aggregate'),
    row: versioned('aggregate'),
    trigger: versioned('trigger'),
    'trigger version': versioned('trigger'),
    'kept in': always(keptElsewhere),
    accumulation: always(incompatible('panes to come would not add up with those that were said')),
    lateness: longer,
    'on time': always(compatible('it says only which panes come from now on')),
    closing: always(compatible('it says only which panes come from now on')),
    timestamps: always(incompatible('times of panes are not kept as they are needed')),
  },
  intervalJoin: { type: pairs, from: pairs, to: pairs, lateness: pairs },
};

/** Aspects that say what a program can do, not what it keeps. */
const ABILITIES: ReadonlySet<string> = new Set(['aggregate migrates', 'trigger migrates']);

/** A form as checkpoints keep it. */
export function keptForm(form: Form): Form {
  return Object.fromEntries(Object.entries(form).filter(([aspect]) => !ABILITIES.has(aspect)));
}

/** What changes from the form of some state to that of the program. */
export function changesOf(kind: string, was: Form, is: Form): FormChange[] {
  return aspectsOf(was, is).flatMap(aspect => {
    if (ABILITIES.has(aspect)) return [];
    const [before, after] = [was[aspect] ?? 0, is[aspect] ?? 0];
    if (before === after) return [];
    const rule = RULES[kind]?.[aspect] ?? always(incompatible('this tidemark does not know what it means'));
    return [{ aspect, was: before, is: after, ...rule(before, after, was, is) }];
  });
}

/** What an operator registers, as a form; undefined: its state depends on nothing. */
export function formOf(kind: string, spec: unknown): Form | undefined {
  if (spec === undefined) return undefined;
  if (kind === 'windowBy') return windowForm(spec as WindowingSpec<any, any, any>);
  if (kind === 'eventTime') return { watermark: (spec as SourceSpec<any>).strategy.name };
  if (kind === 'intervalJoin') return intervalForm(spec as IntervalSpec<any, any, any, any>);
  return undefined;
}

/** The strategies whose memories are of one kind. */
export function familyOf(strategy: string | number): string {
  return String(strategy).replace(/\(.*/s, '');
}

function windowForm(spec: WindowingSpec<any, any, any>): Form {
  const { assigner, aggregate, trigger, accumulation, onTime, closing, timestampCombiner } = spec;
  return {
    assigner: assigner.name,
    aggregate: aggregate.name ?? 'aggregate',
    'aggregate version': versionOf(aggregate.state, `aggregate ${aggregate.name ?? ''}`),
    'aggregate migrates': able(aggregate.state),
    row: aggregate.rows?.stride ?? 0,
    trigger: trigger?.name ?? 'afterWatermark()',
    'trigger version': versionOf(trigger?.state, `trigger ${trigger?.name ?? ''}`),
    'trigger migrates': able(trigger?.state),
    'kept in': keptIn(spec),
    accumulation,
    lateness: latenessOf(spec.allowedLateness),
    'on time': onTime,
    closing,
    timestamps: timestampCombiner,
  };
}

function versionOf(state: StateVersion<unknown> | undefined, where: string): number {
  if (state === undefined) return 0;
  const { version, migrate } = state;
  if (!Number.isSafeInteger(version) || version < 1) throw mustBe(`${where}: state.version`, 'a whole number of at least 1', version);
  if (migrate !== undefined) checkFunction(migrate, `${where}: state.migrate`);
  return version;
}

function able(state: StateVersion<unknown> | undefined): number {
  return state?.migrate ? 1 : 0;
}

/** Which machine has the state: see `machineOf` of windowBy. */
function keptIn({ assigner, trigger, resultIn }: WindowingSpec<any, any, any>): string {
  if (resultIn || (trigger && !trigger.isDefault)) return 'cells';
  if (assigner.slicing && !assigner.merging) return 'slices';
  return assigner.merging ? 'sessions' : 'cells';
}

function intervalForm({ type, lower, upper, allowedLateness }: IntervalSpec<any, any, any, any>): Form {
  return { type, from: latenessOf(lower), to: latenessOf(upper), lateness: latenessOf(allowedLateness) };
}

/** JSON knows no Infinity. */
function latenessOf(milliseconds: number): string | number {
  return Number.isFinite(milliseconds) ? milliseconds : 'for ever';
}

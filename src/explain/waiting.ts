/**
 * What a window of a key still waits for: the watermark by which it says a pane of itself, and what its trigger says. By the rules of
 * engine/firing.ts: a firing without news is silent, but for the pane on time and the last one.
 */
import type { WindowingSpec, WindowMachine } from '../engine/machine.js';
import type { TriggerContext, TriggerWait } from '../engine/trigger.js';
import { shift, type Timestamp, type Watermark } from '../time/timestamp.js';
import { waitsOf } from '../triggers/parts.js';
import type { HeldWindow } from './heldWindows.js';
import { instant, several, span } from './words.js';

export type AnySpec = WindowingSpec<any, any, any>;
type AnyMachine = WindowMachine<any>;

/** What the trigger of a window waits for. */
export function waitOf(spec: AnySpec, machine: AnyMachine, held: HeldWindow): TriggerWait {
  const { trigger } = spec;
  const { watermark, processingTime } = machine;
  if (!trigger || trigger.isDefault) return watermark < held.end ? { for: 'watermark', time: held.end } : { for: 'news' };
  const wait = simple(waitsOf('any', [trigger], [held.trigger], contextOf(spec, machine, held, watermark)));
  return open(wait, processingTime) ?? wait;
}

/** What a trigger would see of a window in a step that moves the watermark. It asks for nothing there. */
function contextOf({ assigner }: AnySpec, machine: AnyMachine, { start, end }: HeldWindow, watermark: Watermark): TriggerContext {
  const { watermark: previousWatermark, processingTime } = machine;
  const { merging } = assigner;
  return { start, end, watermark, previousWatermark, processingTime, previousProcessingTime: processingTime, merging, wakeAt() {} };
}

/** Whether the trigger of a window, due at a watermark, would finish by it: that pane would be the last. */
function finishesAt(spec: AnySpec, machine: AnyMachine, held: HeldWindow, watermark: Watermark): boolean {
  const { trigger } = spec;
  if (!trigger || trigger.finishes === 'never') return false;
  return trigger.isFinished(trigger.onFire(structuredClone(held.trigger), contextOf(spec, machine, held, watermark)));
}

/** A wait without the parts that never come: one of them stops all of `all`. What has no parts never comes, and one part stands for itself. */
function simple(wait: TriggerWait): TriggerWait {
  if (wait.for !== 'any' && wait.for !== 'all') return wait;
  const all = wait.of.map(simple);
  const of = all.filter(part => part.for !== 'never');
  if (of.length === 0 || (wait.for === 'all' && of.length < all.length)) return { for: 'never' };
  return of.length === 1 ? (of[0] as TriggerWait) : { for: wait.for, of };
}

/** What is left of a wait: parts of `all` that are there already are waited for no more. Undefined: nothing. */
function open(wait: TriggerWait, now: Timestamp): TriggerWait | undefined {
  if (wait.for === 'clock') return wait.time > now ? wait : undefined;
  if (wait.for === 'elements') return wait.count > 0 ? wait : undefined;
  if (wait.for !== 'any' && wait.for !== 'all') return wait;
  const of = wait.of.flatMap(part => open(part, now) ?? []);
  if (of.length === 0 || (wait.for === 'any' && of.length < wait.of.length)) return undefined;
  return of.length === 1 ? of[0] : { for: wait.for, of };
}

/** When a window of this end expires. */
export function expiryOf({ allowedLateness }: AnySpec, end: Timestamp): Timestamp {
  return shift(end, allowedLateness);
}

/** The lowest watermark at which the window says a pane if nothing else happens; undefined: at none. */
export function dueAt(spec: AnySpec, machine: AnyMachine, held: HeldWindow): Timestamp | undefined {
  const { fresh, panes, spoken = panes, closed, end } = held;
  if (closed) return undefined;
  const expiry = expiryOf(spec, end);
  // Without news there is only the pane on time, which is that of the step that passes the end.
  const onTime = spec.onTime === 'always' && spoken === 0 && machine.watermark < end;
  const isLast = (time: Timestamp): boolean => spec.closing === 'always' && finishesAt(spec, machine, held, time);
  const says = (time: Timestamp): boolean => time <= expiry && (fresh || (onTime && time === end) || isLast(time));
  const times = timesOf(waitOf(spec, machine, held)).filter(says);
  if (spec.closing === 'always' || (spec.closing === 'ifChanged' && (fresh || (onTime && expiry === end)))) times.push(expiry);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** The watermarks at each of which a wait is over. */
function timesOf(wait: TriggerWait): Timestamp[] {
  if (wait.for === 'watermark') return [wait.time];
  if (wait.for === 'any') return wait.of.flatMap(timesOf);
  if (wait.for !== 'all') return [];
  const all = wait.of.map(timesOf);
  return all.every(times => times.length > 0) ? [Math.max(...all.map(times => Math.min(...times)))] : [];
}

/** A wait as the rest of a sentence that begins with "it waits". */
export function waitText(wait: TriggerWait, now: Timestamp, near: Timestamp): string {
  switch (wait.for) {
    case 'watermark':
      return `until the watermark reaches ${instant(wait.time, near)}`;
    case 'clock':
      return wait.time > now
        ? `until the clock is at ${instant(wait.time)}, in ${span(wait.time - now)}`
        : 'for the next step of the clock';
    case 'elements':
      return `until ${several(wait.count, 'more element')} of the window ${wait.count === 1 ? 'has' : 'have'} come`;
    case 'news':
      return 'for a new element';
    case 'never':
      return 'for nothing: it never fires';
    case 'trigger':
      return `until ${wait.name} is due`;
    default:
      return wait.of
        .map(part => (part.for === 'any' || part.for === 'all' ? `(${waitText(part, now, near)})` : waitText(part, now, near)))
        .join(wait.for === 'any' ? ', or ' : ', and ');
  }
}

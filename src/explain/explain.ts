import { encodeKey } from '../aggregates/encodeKey.js';
import { sameWindow, type TimeWindow } from '../engine/window.js';
import { mustBe, show, TidemarkError } from '../errors.js';
import type { WindowStream } from '../operators/windowBy.js';
import type { EventStream } from '../stream/eventStream.js';
import { streamsOf } from '../stream/streamsOf.js';
import { START_OF_TIME, shift, type Timestamp, type Watermark } from '../time/timestamp.js';
import { isWindows, type WindowWork } from './atWork.js';
import { droppedFor } from './dropped.js';
import { Explanation, type ExplanationData } from './explanation.js';
import { type HeldWindow, heldIn } from './heldWindows.js';
import { holdsOf } from './holds.js';
import {
  type Closed,
  type Expired,
  type Fired,
  type NoElements,
  type NotRunning,
  type Reason,
  reason,
  type TriggerWaiting,
} from './reason.js';
import type { Inspectable, RunGraph } from './runGraph.js';
import { type AnySpec, dueAt, expiryOf, waitOf, waitText } from './waiting.js';
import { instant, operatorName, span } from './words.js';

/** A windowing operator at work, with its stream. */
interface Windowing {
  readonly graph: RunGraph;
  readonly stream: WindowStream<any, any, any>;
  readonly work: WindowWork;
}

/**
 * Why a window of a key has, or has not, fired: what its trigger waits for, what holds the watermark back, since when, and what to do;
 * which elements were dropped. It is made of what the job holds at this moment; nothing of it costs anything while nobody asks.
 *
 * @param job A job, or in tests a recording.
 * @param operator The name of the operator, a `windowBy`, `joinWith` or `coGroup`; of one without a name what it is: `'windowBy(tumbling(1h))'`.
 * @param key The key; `undefined` for windows without one.
 * @param at A window, or an instant of event time. Where that lies in several windows of the key, the first that waits is explained.
 * @returns Reasons as data, with codes; `String(explanation)` is what a person reads.
 * @throws TidemarkError `BAD_OPTION` where there are no windows of this name, or no such window; `BAD_KEY`.
 * @example
 * ```ts
 * import { count, eventTime, explain, replayable, run, tumbling, windowBy } from 'tidemark';
 *
 * const landings = [{ airport: 'AMS', at: Date.parse('2024-03-31T10:20Z') }];
 * const counts = eventTime(replayable(landings), { name: 'flights', timestamp: landing => landing.at }).pipe(
 *   windowBy(tumbling('1h'), { name: 'perHour', key: landing => landing.airport, aggregate: count() }),
 * );
 * const job = run(counts, { name: 'airports', atEnd: 'pause' });
 * job.values.subscribe();
 * const why = explain(job, 'perHour', 'AMS', Date.parse('2024-03-31T10:30Z'));
 * console.log(String(why));
 * for (const reason of why.reasons) console.log(reason.code, reason.hint);
 * ```
 */
export function explain(job: Inspectable, operator: string, key: unknown, at: Timestamp | TimeWindow): Explanation {
  const graph = job['~graph'];
  const stream = windowsNamed(graph, operator);
  // Refuses what is no key.
  encodeKey(key);
  const asked = rangeOf(at, operator);
  const work = graph.atWork.get(stream);
  if (!isWindows(work)) return notRunning(graph, operator, key, typeof at === 'number' ? undefined : at);
  const windowing = { graph, stream, work };
  const held = heldIn(work.machine, key, asked.start, asked.end);
  const known = knownWindows(stream, at, asked);
  const exact = typeof at === 'number' ? held : held.filter(window => sameWindow(window, at));
  const open = exact.map(window => ofHeld(windowing, key, window));
  const found = open.find(({ status }) => status === 'waiting') ?? open[0];
  return new Explanation(found ?? ofNone(windowing, key, known));
}

/** The windows of a key that an operator holds, explained. */
function ofHeld(windowing: Windowing, key: unknown, held: HeldWindow): ExplanationData {
  const { graph, stream, work } = windowing;
  const { spec } = stream;
  const { machine } = work;
  const { watermark } = machine;
  const operator = operatorName(stream);
  const until = dueAt(spec, machine, held);
  const data = { operator, key, window: { start: held.start, end: held.end }, watermark, until, panes: held.panes };
  const trigger = spec.trigger?.name ?? 'afterWatermark()';
  if (held.closed) {
    const text = `Its trigger, ${trigger}, has finished, and takes no more elements.`;
    const closed = reason<Closed>({ code: 'closed', operator, trigger, text, hint: `To let it fire again, use repeatedly(${trigger}).` });
    return { ...data, status: 'closed', reasons: [closed, ...droppedFor(graph, stream, key, data.window)] };
  }
  const reasons: Reason[] = [];
  const wait = waitOf(spec, machine, held);
  if (held.fresh || until !== undefined) {
    if (wait.for !== 'watermark') {
      const text = `Its trigger, ${trigger}, waits ${waitText(wait, graph.clock.now(), held.start)}.`;
      reasons.push(reason<TriggerWaiting>({ code: 'trigger-waiting', operator, trigger, waits: wait, text, hint: '' }));
    }
    if (until !== undefined) reasons.push(...holdsOf(graph, stream.inputs[0] as EventStream<any>, until));
    return { ...data, status: 'waiting', reasons };
  }
  const { panes } = held;
  const text = `It has said ${panes === 1 ? 'a pane' : `${panes} panes`}, and no element has come since.`;
  const late = `It takes late elements until the watermark reaches ${instant(expiryOf(spec, held.end), held.start)}.`;
  reasons.push(reason<Fired>({ code: 'fired', operator, panes, text, hint: late }));
  return { ...data, status: 'fired', reasons };
}

/** A window of which the operator holds nothing: it has expired, or nothing has come. `known`: what an element there would be in. */
function ofNone({ graph, stream, work }: Windowing, key: unknown, known: readonly TimeWindow[]): ExplanationData {
  const { spec } = stream;
  const { watermark } = work.machine;
  const operator = operatorName(stream);
  const next = known.find(({ end }) => expiryOf(spec, end) > watermark) ?? known.at(-1);
  // What it would become together with other elements is not known.
  const window = spec.assigner.merging || spec.assigner.ttl !== undefined ? undefined : next;
  const data = { operator, key, window, watermark, until: undefined, panes: 0 };
  const dropped = droppedFor(graph, stream, key, next);
  if (next && expiryOf(spec, next.end) <= watermark) {
    return { ...data, status: 'expired', reasons: [expired(operator, spec, next, watermark), ...dropped] };
  }
  const text = `No element ${key === undefined ? '' : `of the key ${show(key)} `}has come to it.`;
  const hint = next || spec.assigner.merging ? '' : 'No window holds this instant.';
  const none = reason<NoElements>({ code: 'no-elements', operator, text, hint });
  const holds = window ? holdsOf(graph, stream.inputs[0] as EventStream<any>, window.end) : [];
  return { ...data, status: 'empty', reasons: [none, ...dropped, ...holds] };
}

function expired(operator: string, spec: AnySpec, { start, end }: TimeWindow, watermark: Watermark): Expired {
  const at = expiryOf(spec, end);
  const late = spec.allowedLateness > 0 ? `, its end and the allowed lateness of ${span(spec.allowedLateness)}` : '';
  const text = `It was over when the watermark reached ${instant(at, start)}${late}: whatever it held has been said, and is forgotten.`;
  const hint = 'What comes for it now is dropped. To take it longer, set allowedLateness, or a longer bound of the watermark.';
  return reason<Expired>({ code: 'expired', operator, at, watermark, text, hint });
}

function notRunning(graph: RunGraph, operator: string, key: unknown, window: TimeWindow | undefined): Explanation {
  const state = graph.state;
  const text = `The job is ${state}.`;
  const reasons = [reason<NotRunning>({ code: 'not-running', operator, state, text, hint: '' })];
  return new Explanation({ operator, key, window, status: 'not-running', watermark: START_OF_TIME, until: undefined, panes: 0, reasons });
}

/** The windowing operator of a name. */
function windowsNamed(graph: RunGraph, name: string): WindowStream<any, any, any> {
  const all = streamsOf(graph.outputs).filter((stream): stream is WindowStream<any, any, any> => 'spec' in stream);
  const found = all.find(stream => stream.name === name) ?? all.find(stream => stream.kind === name);
  if (found) return found;
  const names = all.flatMap(stream => (stream.name === undefined ? [] : [show(stream.name)]));
  const there = names.length > 0 ? `There are: ${names.join(', ')}.` : 'None has a name: windowBy(..., { name }).';
  throw new TidemarkError('BAD_OPTION', `explain: no windows are called ${show(name)}. ${there}`);
}

/** The stretch of event time that is asked about. */
function rangeOf(at: Timestamp | TimeWindow, operator: string): TimeWindow {
  const where = `explain ${show(operator)}: its last argument`;
  const range = typeof at === 'number' ? { start: at, end: shift(at, 1) } : at;
  if (Number.isSafeInteger(range?.start) && Number.isSafeInteger(range.end) && range.start <= range.end) return range;
  throw mustBe(where, 'an instant in milliseconds, or a window with start and end', at);
}

/** The windows that an element of an instant would be in, or the one that was asked about; none, if that depends on the element. */
function knownWindows(
  { spec, kind, inputs }: WindowStream<any, any, any>,
  at: Timestamp | TimeWindow,
  { start }: TimeWindow,
): TimeWindow[] {
  const { merging, ttl } = spec.assigner;
  const asked = typeof at === 'number' ? undefined : at;
  if (ttl !== undefined) return [{ start, end: shift(start, ttl) }];
  const windows: TimeWindow[] = [];
  try {
    const element = inputs[0]?.kind === 'sides' ? { value: undefined } : undefined;
    spec.assigner.assign(start, element, (from, to) => void windows.push({ start: from, end: to }));
  } catch {
    return asked ? [asked] : [];
  }
  if (!asked) return windows.sort((a, b) => a.end - b.end);
  if (merging || windows.some(window => sameWindow(window, asked))) return [asked];
  throw mustBe(`explain: the window`, `one of ${kind}`, at, windows[0] && `Such as ${show(windows[0])}.`);
}

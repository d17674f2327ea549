/** Which elements did not count, as far as it may have to do with a window of a key. */
import { encodeKey } from '../aggregates/encodeKey.js';
import type { DropCounts } from '../engine/machine.js';
import type { LateRecord } from '../engine/pane.js';
import type { TimeWindow } from '../engine/window.js';
import { show } from '../errors.js';
import type { WindowStream } from '../operators/windowBy.js';
import type { EventStream } from '../stream/eventStream.js';
import { streamsOf } from '../stream/streamsOf.js';
import { isAsync, isConfluence } from './atWork.js';
import { type Dropped, reason } from './reason.js';
import type { RunGraph } from './runGraph.js';
import { instant, operatorName, several, span } from './words.js';

/** What to do about drops of each kind. */
const HINTS: Readonly<Record<string, string>> = {
  expired: 'To count them, set a longer allowedLateness, or a longer bound of the watermark; to see them, the option late.',
  closed: 'To see them, set the option late.',
  future: 'Their clocks are wrong, or maxFuture of eventTime is too short.',
  unassigned: 'They fall into no window.',
  overflow: 'Raise capacity or concurrency.',
};

/** For each operator from a window up that has dropped elements: how many, and which of the last ones may be missed there. */
export function droppedFor(graph: RunGraph, windows: WindowStream<any, any, any>, key: unknown, window: TimeWindow | undefined): Dropped[] {
  return streamsOf([windows])
    .reverse()
    .flatMap(stream => {
      const counts = countsOf(graph, stream);
      // What came twice is not missed.
      const named = (Object.keys(counts) as (keyof DropCounts)[]).filter(why => why !== 'duplicate');
      const known = graph.droppedBy(stream);
      const total = named.reduce((sum, why) => sum + (counts[why] as number), 0);
      const records = known.filter(record => mayBeOf(record, window) && (stream !== windows || isOf(windows, key, record)));
      // All are remembered, and none belongs here.
      if (records.length === 0 && total <= known.length) return [];
      const operator = operatorName(stream);
      const list = named.map(why => `${several(counts[why] as number, 'element')} as ${why}`).join(', ');
      const last = records.at(-1);
      const shown = last ? ` The last that may belong here is ${show(last.value)} of ${instant(last.timestamp)}${byText(last)}.` : '';
      const hint = named.flatMap(why => HINTS[why] || []).join(' ');
      return [reason<Dropped>({ code: 'dropped', operator, counts, records, text: `${operator} has dropped ${list}.${shown}`, hint })];
    });
}

/** Where operators have the counts of what they have dropped. */
interface Counting {
  readonly drops?: DropCounts;
  readonly machine?: Counting;
  readonly shaper?: Counting;
  readonly sink?: Counting;
}

/** How many elements an operator has dropped, by why; those that are 0 are left out. */
export function countsOf(graph: RunGraph, stream: EventStream<any>): Partial<DropCounts> {
  const work = graph.atWork.get(stream);
  const { drops, machine, shaper, sink }: Counting = work ?? {};
  // The sink of others is none of theirs.
  const own = isConfluence(work) ? sink?.machine?.drops : (drops ?? machine?.drops ?? shaper?.drops);
  const counts = isAsync(work) ? work.spec.dropCounts : own;
  return Object.fromEntries(Object.entries(counts ?? {}).filter(([, count]) => count > 0));
}

function byText({ reason: why, by, watermark }: LateRecord<unknown>): string {
  if (why === 'future') return `, ${span(by)} ahead of the clock`;
  return by > 0 ? `, ${span(by)} behind the watermark, which was at ${instant(watermark)}` : '';
}

/** What was dropped before it came to a window had a time all the same. */
function mayBeOf({ window: of, timestamp }: LateRecord<unknown>, window: TimeWindow | undefined): boolean {
  if (!window) return true;
  return of ? of.start < window.end && window.start < of.end : timestamp >= window.start && timestamp < window.end;
}

function isOf({ spec }: WindowStream<any, any, any>, key: unknown, { value }: LateRecord<unknown>): boolean {
  try {
    return encodeKey(spec.key(value)) === encodeKey(key);
  } catch {
    return false;
  }
}

/**
 * Says so when windows wait for a source from which nothing comes. Nobody counts for it: it looks now and then how many elements have come
 * from the source that holds the watermark back.
 */
import { Subscription } from 'rxjs';
import type { EventStream } from '../stream/eventStream.js';
import { streamsOf } from '../stream/streamsOf.js';
import type { Cancelable } from '../time/clock.js';
import { END_OF_TIME, type Watermark } from '../time/timestamp.js';
import { isSource, isWindows } from './atWork.js';
import { behind, silenceOf } from './behind.js';
import { openIn } from './heldWindows.js';
import type { WatermarkBehind } from './reason.js';
import type { RunGraph } from './runGraph.js';
import { operatorName } from './words.js';

/** Windows that wait, and for what. */
export interface Silence {
  readonly windows: string;
  readonly reason: WatermarkBehind;
}

/** So often within the time that makes a silence it looks. */
const LOOKS = 4;

/** Tells of each silence of `after` milliseconds once, until it is unsubscribed. */
export function watchSilence(graph: RunGraph, after: number, tell: (silence: Silence) => void): Subscription {
  const { clock } = graph;
  const all = new Subscription();
  /** Of each source of which it has been told, how many elements had come from it. */
  const told = new WeakMap<object, number>();
  const look = (): void => {
    for (const [stream, work] of graph.atWork) {
      if (!isSource(work) || work.spec.tick !== undefined) continue;
      const source = work.inputs.holder();
      if (!source) continue;
      if (graph.silences.get(source)?.seen !== source.seen) graph.silences.set(source, { seen: source.seen, since: clock.now() });
      if ((silenceOf(graph, work, source) as number) < after || told.get(source) === source.seen) continue;
      const windows = waitingFor(graph, stream, work.inputs.watermark);
      if (!windows) continue;
      told.set(source, source.seen);
      const shared = streamsOf([windows]).filter(({ inputs }) => inputs.length === 0).length > 1;
      const reason = behind(graph, stream as EventStream<any>, work, source, source.watermark + 1, shared, 0);
      tell({ windows: operatorName(windows), reason });
    }
  };
  let timer: Cancelable | undefined;
  const again = (): void => {
    look();
    if (!all.closed) timer = clock.at(clock.now() + Math.ceil(after / LOOKS), again);
  };
  all.add(() => timer?.unsubscribe());
  again();
  return all;
}

/** The first windows behind a source that hold elements, and have come as far as it and no further. */
function waitingFor(graph: RunGraph, source: object, watermark: Watermark): EventStream<any> | undefined {
  for (const [stream, work] of graph.atWork) {
    if (!isWindows(work) || openIn(work.machine) === 0 || work.machine.watermark !== watermark || watermark === END_OF_TIME) continue;
    const windows = stream as EventStream<any>;
    if (streamsOf([windows]).some(above => above === source)) return windows;
  }
  return undefined;
}

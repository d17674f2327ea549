/** Where a graph falls into stages: at each repartition. What hangs together otherwise is one stage. */

import type { EventStream } from '../stream/eventStream.js';
import { streamsOf } from '../stream/streamsOf.js';
import type { RepartitionSpec } from './repartitionStream.js';
import { StageOut } from './stageOut.js';

/** A stream that begins a stage with what another one has written. */
export interface Seam extends EventStream<any> {
  readonly spec: RepartitionSpec<any>;
  readonly upstream: EventStream<any>;
}

/** A stage. */
export interface StageCut {
  /** That of the first repartition that it begins with; of stages that begin otherwise that of a source, where there are several. Undefined: it is the only one. */
  readonly name: string | undefined;
  /** The ends of the graph that are in it. */
  readonly outputs: readonly EventStream<unknown>[];
  /** Those of its ends that the next stages begin with. */
  readonly outs: readonly StageOut<any>[];
  readonly streams: readonly EventStream<unknown>[];
}

/** The stages of a graph: each behind those that it begins with. */
export function stageCuts(outputs: readonly EventStream<unknown>[]): StageCut[] {
  const ends = withSeams(outputs);
  const parts: { ends: EventStream<unknown>[]; streams: Set<EventStream<unknown>> }[] = [];
  for (const end of ends) {
    const streams = new Set(streamsOf([end]));
    const touched = parts.filter(part => [...streams].some(stream => part.streams.has(stream)));
    for (const part of touched) parts.splice(parts.indexOf(part), 1);
    parts.push({
      ends: [...touched.flatMap(part => part.ends), end],
      streams: new Set([...touched.flatMap(part => [...part.streams]), ...streams]),
    });
  }
  const first = parts.filter(({ streams }) => seamsOf(streams).length === 0).length;
  const cuts = parts.map(({ ends, streams }): StageCut => {
    const [seam] = seamsOf(streams);
    const source = [...streams].find(({ inputs }) => inputs.length === 0);
    const name = seam ? seam.spec.name : first > 1 ? source?.name : undefined;
    return { name, outputs: ends, outs: ends.filter(end => end instanceof StageOut), streams: [...streams] };
  });
  return inOrder(cuts);
}

/** The ends of the graph, and those of the stages before each repartition above them. */
function withSeams(outputs: readonly EventStream<unknown>[]): EventStream<unknown>[] {
  const ends = [...new Set(outputs)];
  const found = new Set<Seam>();
  for (let i = 0; i < ends.length; i++) {
    for (const seam of seamsOf(streamsOf([ends[i] as EventStream<unknown>]))) {
      if (found.has(seam)) continue;
      found.add(seam);
      ends.push(new StageOut(seam.upstream, seam.spec));
    }
  }
  return ends;
}

function seamsOf(streams: Iterable<EventStream<unknown>>): Seam[] {
  return [...streams].filter(stream => 'upstream' in stream) as Seam[];
}

function inOrder(cuts: readonly StageCut[]): StageCut[] {
  const ordered: StageCut[] = [];
  const add = (cut: StageCut): void => {
    if (ordered.includes(cut)) return;
    const topics = seamsOf(cut.streams).map(({ spec }) => spec.topic);
    for (const before of cuts) if (before !== cut && before.outs.some(({ spec }) => topics.includes(spec.topic))) add(before);
    ordered.push(cut);
  };
  cuts.forEach(add);
  return ordered;
}

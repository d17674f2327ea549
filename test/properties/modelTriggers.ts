/**
 * Triggers of the reference model, read off the table of the semantics: a node keeps the elements that it has heard of since its
 * last reset, and every question is answered by looking through them. Slow and plain on purpose.
 */
import type { TraceTrigger } from '../../src/testing/trace.js';

/** An element as a trigger hears of it. */
export interface Heard {
  readonly timestamp: number;
  /** The clock when it came. */
  readonly clock: number;
}

/** What happens in one step, seen from one window. */
export interface Moment {
  readonly end: number;
  readonly merging: boolean;
  readonly watermark: number;
  readonly watermarkBefore: number;
  readonly clock: number;
  readonly clockBefore: number;
}

export type Kind =
  | 'afterCount'
  | 'afterProcessingTime'
  | 'everyEventTime'
  | 'everyProcessingTime'
  | 'never'
  | 'repeatedly'
  | 'processingTimeout'
  | 'afterFirst'
  | 'afterAll'
  | 'afterEach'
  | 'orFinally'
  | 'afterWatermark';

export interface Node {
  readonly kind: Kind;
  readonly n: number;
  heard: Heard[];
  finished: boolean;
  /** `afterWatermark`: the on-time firing is over. Its parts are [early, late]. `processingTimeout`: its timeout is over. */
  past: boolean;
  parts: Node[];
  readonly spec: TraceTrigger;
}

const NEVER: TraceTrigger = { kind: 'never' };

/** A node that has heard nothing. */
export function plant(spec: TraceTrigger): Node {
  const node = (kind: Kind, n = 0, parts: readonly TraceTrigger[] = []): Node => ({
    kind,
    n,
    heard: [],
    finished: false,
    past: false,
    parts: parts.map(plant),
    spec,
  });
  switch (spec.kind) {
    case 'default':
      return node('afterWatermark', 0, [NEVER, { kind: 'afterCount', count: 1 }]);
    case 'afterWatermark':
      return node('afterWatermark', 0, [spec.early ?? NEVER, spec.late ?? NEVER]);
    case 'afterCount':
      return node('afterCount', spec.count);
    case 'afterProcessingTime':
      return node('afterProcessingTime', spec.delay);
    case 'everyEventTime':
    case 'everyProcessingTime':
      return node(spec.kind, spec.interval);
    case 'never':
      return node('never');
    case 'repeatedly':
      return node('repeatedly', 0, [spec.of]);
    case 'processingTimeout':
      return node('processingTimeout', spec.interval, [spec.of]);
    case 'orFinally':
      return node('orFinally', 0, [spec.main, spec.until]);
    default:
      return node(spec.kind, 0, spec.of);
  }
}

/** At the root the periodic triggers mean early firings, then on time, then one per late element. */
export function plantRoot(spec: TraceTrigger): Node {
  const periodic = spec.kind === 'everyEventTime' || spec.kind === 'everyProcessingTime';
  return plant(periodic ? { kind: 'afterWatermark', early: spec, late: { kind: 'afterCount', count: 1 } } : spec);
}

/** What a `processingTimeout` was asked for. */
function modeOf({ spec }: Node): { readonly resets: boolean; readonly clears: boolean } {
  const { resetTimerOnNewRecord: resets = false, shouldClearOnTimeout: clears = true } = spec as TraceTrigger & {
    kind: 'processingTimeout';
  };
  return { resets, clears };
}

/** When the timeout of a `processingTimeout` is due: it remembers the elements that count for it. */
const timeoutOf = (node: Node): number => (node.heard[0]?.clock ?? Number.POSITIVE_INFINITY) + node.n;

const again = (node: Node): Node => (node.finished ? plant(node.spec) : node);
const first = (node: Node): number => node.parts.findIndex(part => !part.finished);

/** The element reaches every part that is listening. In windows that merge, a finished part may be revived and listens too. */
export function hear(node: Node, element: Heard, merging: boolean): void {
  if (node.kind === 'processingTimeout' && modeOf(node).resets) {
    node.heard = [];
    node.past = false;
  }
  if (!(node.kind === 'processingTimeout' && node.past)) node.heard.push(element);
  const listens = (part: Node, i: number): boolean => {
    if (merging) return true;
    if (node.kind === 'afterWatermark') return i === (node.past ? 1 : 0);
    if (node.kind === 'afterEach') return i === first(node);
    return node.kind !== 'afterAll' || !part.finished;
  };
  for (const part of node.parts.filter(listens)) hear(part, element, merging);
}

/** A multiple of `interval` in (from, to], above `above`. */
function multiple(interval: number, from: number, to: number, above = Number.NEGATIVE_INFINITY): boolean {
  const last = Math.floor(to / interval) * interval;
  return last > from && last > above;
}

export function due(node: Node, at: Moment): boolean {
  if (node.finished) return false;
  const { kind, n, heard, parts } = node;
  switch (kind) {
    case 'never':
      return false;
    case 'afterCount':
      return heard.length >= n;
    case 'afterProcessingTime':
      return heard.some(element => at.clock >= element.clock + n);
    case 'everyProcessingTime':
      return heard.length > 0 && multiple(n, at.clockBefore, at.clock);
    case 'everyEventTime':
      return heard.some(element => multiple(n, at.watermarkBefore, at.watermark, element.timestamp));
    case 'afterWatermark':
      if (node.past) return due(parts[1] as Node, at);
      return at.watermark >= at.end || due(parts[0] as Node, at);
    case 'processingTimeout':
      return due(parts[0] as Node, at) || at.clock >= timeoutOf(node);
    case 'afterAll':
      return parts.every(part => part.finished || due(part, at));
    case 'afterEach':
      return due(parts[first(node)] as Node, at);
    default: // repeatedly, afterFirst, orFinally
      return parts.some(part => due(part, at));
  }
}

/** The window has fired because of this node. */
export function fire(node: Node, at: Moment): void {
  const { parts } = node;
  const isDue = parts.map(part => due(part, at));
  node.heard = [];
  switch (node.kind) {
    case 'repeatedly':
      fire(parts[0] as Node, at);
      node.parts = parts.map(again);
      return;
    case 'processingTimeout':
      node.past = !isDue[0] && !modeOf(node).clears;
      if (isDue[0]) fire(parts[0] as Node, at);
      else if (modeOf(node).clears) forget(parts[0] as Node);
      node.parts = parts.map(again);
      return;
    case 'afterWatermark':
      fireAtWatermark(node, at);
      return;
    case 'afterEach':
      fireFirst(node, at);
      return;
    case 'orFinally':
      if (isDue[1]) {
        fire(parts[1] as Node, at);
        forget(parts[0] as Node);
        node.finished = true;
      } else {
        fire(parts[0] as Node, at);
        node.finished = (parts[0] as Node).finished;
      }
      return;
    case 'afterFirst':
      parts.forEach((part, i) => (isDue[i] ? fire(part, at) : forget(part)));
      node.finished = true;
      return;
    case 'afterAll':
      for (const part of parts) if (!part.finished) fire(part, at);
      node.finished = true;
      return;
    default:
      node.finished = true;
  }
}

function fireAtWatermark(node: Node, at: Moment): void {
  const [early, late] = node.parts as [Node, Node];
  const fresh = node.parts.map(part => plant(part.spec)) as [Node, Node];
  if (node.past) {
    fire(late, at);
    node.parts = [fresh[0], again(late)];
  } else if (at.watermark >= at.end) {
    node.past = true;
    node.parts = fresh;
    node.finished = late.kind === 'never';
  } else {
    fire(early, at);
    node.parts = [again(early), fresh[1]];
  }
}

function fireFirst(node: Node, at: Moment): void {
  const now = first(node);
  node.parts.forEach((part, i) => {
    if (i === now) fire(part, at);
    else if (at.merging) forget(part);
  });
  node.finished = first(node) < 0;
}

/** A sibling has shown the pane: what was heard of it counts no more; what is finished stays so. */
export function forget(node: Node): void {
  node.heard = [];
  if (node.kind === 'processingTimeout') node.past = false;
  node.parts.forEach(forget);
}

/** The node of the session that several have become. */
export function join(nodes: readonly Node[], at: Moment): Node {
  const [model] = nodes as [Node];
  const joined = plant(model.spec);
  joined.heard = nodes.flatMap(node => node.heard);
  const parts = model.parts.map((_part, i) => nodes.map(node => node.parts[i] as Node));
  switch (model.kind) {
    case 'afterWatermark':
      return joinAtWatermark(joined, nodes, parts, at);
    case 'repeatedly':
      joined.parts = parts.map(same => again(join(same, at)));
      return joined;
    case 'processingTimeout':
      joined.past = nodes.every(node => node.past);
      // The earliest timeout first; those of sessions that have said all that they hold are none.
      joined.heard.sort((a, b) => a.clock - b.clock);
      joined.parts = parts.map(same => again(join(same, at)));
      return joined;
    case 'afterEach':
      joined.parts = joined.parts.map((part, i) => {
        if (joined.parts.slice(0, i).some((_before, k) => !join(parts[k] as Node[], at).finished)) return part;
        return join(parts[i] as Node[], at);
      });
      joined.finished = first(joined) < 0;
      return joined;
    case 'afterFirst':
    case 'orFinally':
      joined.parts = parts.map(same => join(same, at));
      joined.finished = joined.parts.some(part => part.finished);
      return joined;
    case 'afterAll':
      joined.parts = parts.map(same => join(same, at));
      joined.finished = joined.parts.every(part => part.finished);
      return joined;
    default:
      joined.finished = nodes.some(node => node.finished);
      if (joined.finished) joined.heard = [];
      return joined;
  }
}

function joinAtWatermark(joined: Node, nodes: readonly Node[], parts: readonly Node[][], at: Moment): Node {
  joined.past = nodes.every(node => node.past) && at.watermark >= at.end;
  joined.finished = joined.past && nodes.every(node => node.finished);
  // What came behind the end counts for early too: a later merge may lead back to it.
  joined.parts = joined.parts.map((part, i) => (i === 0 || joined.past ? again(join(parts[i] as Node[], at)) : part));
  return joined;
}

/** Whether some timer goes off in this step: a deadline or a multiple that is passed, in a part that waits for it. */
export function rings(node: Node, at: Moment): boolean {
  const passes = (time: number): boolean => at.clockBefore < time && time <= at.clock;
  switch (node.kind) {
    case 'afterProcessingTime':
      return node.heard.some(element => passes(element.clock + node.n));
    case 'everyProcessingTime':
    case 'everyEventTime':
      return !node.finished && due(node, at);
    case 'processingTimeout':
      return passes(timeoutOf(node)) || node.parts.some(part => rings(part, at));
    default:
      return node.parts.some(part => rings(part, at));
  }
}

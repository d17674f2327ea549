/**
 * The reference model: the semantics of windows as a naive simulator. It keeps every element of every key and window for ever
 * and computes each pane from the whole list; it shares no code with the engine.
 */
import type { TraceElement, TraceSpec } from '../../src/testing/trace.js';
import { due, fire, hear, join, type Moment, type Node, plantRoot, rings } from './modelTriggers.js';
import { type Bounds, meets, windowsOf } from './modelWindows.js';

/** A pane in plain words. */
export interface ModelPane {
  key: string;
  start: number;
  end: number;
  value: number | number[];
  timing: 'early' | 'on-time' | 'late';
  index: number;
  nonSpeculativeIndex: number;
  isFirst: boolean;
  isLast: boolean;
  timestamp: number;
  retraction: boolean;
  replaces: Bounds[];
}

/** A window of a key in plain words. */
export interface ModelState {
  key: string;
  start: number;
  end: number;
  value: ModelPane['value'] | undefined;
  status: string;
  pane: Pick<ModelPane, 'index' | 'nonSpeculativeIndex' | 'timing'> | undefined;
  fresh: boolean;
}

export interface ModelDrops {
  expired: number;
  closed: number;
  unassigned: number;
}

/** An element in a window. */
interface Member {
  readonly element: TraceElement;
  readonly order: number;
  /** Came while `W < end`. */
  readonly inTime: boolean;
  /** Was not behind the watermark when it came. */
  readonly notLate: boolean;
  shown: boolean;
}

interface Win {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  members: Member[];
  trigger: Node;
  closed: boolean;
  panes: ModelPane[];
  /** Sessions that were shown and have become part of this one. */
  replaces: Bounds[];
}

const MERGING = ['session', 'dynamicSession'];

export class Model {
  readonly drops: ModelDrops = { expired: 0, closed: 0, unassigned: 0 };
  watermark: number = Number.MIN_SAFE_INTEGER;
  clock: number;
  /**
   * A trigger was due again right after a firing, as `afterEach(x, afterWatermark())` is behind the end of the window. One step
   * fires once; when the window is asked next is left open (at the next element, or at any timer), so nothing after it is compared.
   */
  unsettled = false;
  private readonly spec: TraceSpec;
  private readonly merging: boolean;
  private windows: Win[] = [];
  private out: ModelPane[] = [];
  private arrivals = 0;

  constructor(spec: TraceSpec, clock: number) {
    this.spec = spec;
    this.clock = clock;
    this.merging = MERGING.includes(spec.window.kind);
  }

  /** The panes of an element; counts it in `drops` if it counts nowhere. */
  element(element: TraceElement): ModelPane[] {
    const bounds = windowsOf(this.spec.window, element);
    if (bounds.length === 0) this.drops.unassigned++;
    let taken = false;
    let closed = false;
    for (const own of bounds) {
      const window = this.merging ? this.sessionFor(element.key, own) : this.windowFor(element.key, own);
      if (window === 'closed') closed = true;
      if (typeof window === 'string') continue;
      taken = true;
      const inTime = this.watermark < window.end;
      const notLate = element.timestamp >= this.watermark;
      window.members.push({ element, order: this.arrivals++, inTime, notLate, shown: false });
      hear(window.trigger, { timestamp: element.timestamp, clock: this.clock }, this.merging);
      if (due(window.trigger, this.momentOf(window))) this.fire(window, false, this.momentOf(window));
    }
    if (!taken && bounds.length > 0) this.drops[closed ? 'closed' : 'expired']++;
    return this.said();
  }

  /** The panes of a step in which the watermark, the clock or both move. */
  advance(watermark: number, clock: number): ModelPane[] {
    const before = { watermark: this.watermark, clock: this.clock };
    this.watermark = Math.max(watermark, this.watermark);
    this.clock = Math.max(clock, this.clock);
    const firstSeen = (window: Win): number => Math.min(...window.members.map(member => member.order));
    this.windows.sort((a, b) => a.end - b.end || a.start - b.start || firstSeen(a) - firstSeen(b));
    for (const window of this.windows.filter(({ closed }) => !closed)) {
      const at = { ...this.momentOf(window), watermarkBefore: before.watermark, clockBefore: before.clock };
      const expired = this.expired(window.end);
      const asked = rings(window.trigger, at) || (before.watermark < window.end && window.end <= this.watermark);
      if (expired && this.spec.closingBehavior !== 'never') this.say(window, true, at);
      else if ((expired || asked) && due(window.trigger, at)) this.fire(window, expired, at);
    }
    this.windows = this.windows.filter(window => !this.expired(window.end));
    return this.said();
  }

  /** What it holds, as a reader of state is to see it. */
  get state(): ModelState[] {
    return this.windows.map(({ key, start, end, members, closed, panes }) => {
      const news = members.filter(member => !member.shown);
      const last = panes.at(-1);
      return {
        key,
        start,
        end,
        value: closed ? undefined : this.valueOf(this.spec.accumulation === 'discarding' ? news : members),
        status: closed ? 'closed' : this.watermark < end ? 'open' : 'complete',
        pane: last && { index: last.index, nonSpeculativeIndex: last.nonSpeculativeIndex, timing: last.timing },
        fresh: news.length > 0,
      };
    });
  }

  /** How many windows it still holds. */
  get size(): number {
    return this.windows.length;
  }

  private said(): ModelPane[] {
    const { out } = this;
    this.out = [];
    return out;
  }

  private expired(end: number): boolean {
    return Math.min(end + this.spec.allowedLateness, Number.MAX_SAFE_INTEGER) <= this.watermark;
  }

  private momentOf({ end }: { end: number }): Moment {
    const { watermark, clock, merging } = this;
    return { end, merging, watermark, watermarkBefore: watermark, clock, clockBefore: clock };
  }

  private open(key: string, [start, end]: Bounds): Win {
    const window: Win = { key, start, end, members: [], trigger: plantRoot(this.spec.trigger), closed: false, panes: [], replaces: [] };
    this.windows.push(window);
    return window;
  }

  private windowFor(key: string, [start, end]: Bounds): Win | 'closed' | 'expired' {
    if (this.expired(end)) return 'expired';
    const window = this.windows.find(other => other.key === key && other.start === start && other.end === end);
    if (window?.closed) return 'closed';
    return window ?? this.open(key, [start, end]);
  }

  /** The element's session, after merging with all live ones that it meets, directly or through each other. */
  private sessionFor(key: string, own: Bounds): Win | 'closed' | 'expired' {
    let hull = own;
    let parts: Win[] = [];
    for (;;) {
      const met = this.windows.filter(w => w.key === key && !w.closed && meets(this.spec.window, hull, [w.start, w.end]));
      if (met.length === parts.length) break;
      parts = met;
      hull = [Math.min(own[0], ...parts.map(part => part.start)), Math.max(own[1], ...parts.map(part => part.end))];
    }
    const [start, end] = hull;
    if (this.expired(end)) return 'expired';
    if (this.windows.some(w => w.key === key && w.closed && w.start === start && w.end === end)) return 'closed';
    const same = parts.find(part => part.start === start && part.end === end);
    return same ?? this.merge(key, hull, parts);
  }

  private merge(key: string, hull: Bounds, parts: Win[]): Win {
    this.windows = this.windows.filter(window => !parts.includes(window));
    const merged = this.open(key, hull);
    if (parts.length === 0) return merged;
    parts.sort((a, b) => a.start - b.start);
    merged.members = parts.flatMap(part => part.members);
    merged.trigger = join(
      parts.map(part => part.trigger),
      this.momentOf(merged),
    );
    for (const part of parts) {
      const last = part.panes.at(-1);
      if (this.spec.accumulation === 'retracting') {
        if (last) this.out.push({ ...last, retraction: true });
      } else {
        merged.replaces.push(...part.replaces);
        if (last) merged.replaces.push([part.start, part.end]);
      }
    }
    return merged;
  }

  private fire(window: Win, expiring: boolean, at: Moment): void {
    fire(window.trigger, at);
    const { finished } = window.trigger;
    this.say(window, expiring || finished, at);
    if (finished) window.closed = true;
    else if (due(window.trigger, this.momentOf(window))) this.unsettled = true;
  }

  private say(window: Win, isLast: boolean, at: Moment): void {
    const { spec } = this;
    const news = window.members.filter(member => !member.shown);
    const spoken = window.panes.filter(pane => pane.timing !== 'early').length;
    const timing = this.timingOf(window, news, spoken, at);
    const onTimeAlways = timing === 'on-time' && spec.onTimeBehavior !== 'fireIfNonEmpty';
    if (news.length === 0 && !onTimeAlways && !(isLast && spec.closingBehavior === 'fireAlways')) return;
    const said = window.panes.at(-1);
    const pane: ModelPane = {
      key: window.key,
      start: window.start,
      end: window.end,
      value: this.valueOf(spec.accumulation === 'discarding' ? news : window.members),
      timing,
      index: window.panes.length,
      nonSpeculativeIndex: timing === 'early' ? -1 : spoken,
      isFirst: window.panes.length === 0,
      isLast,
      timestamp: this.timestampOf(window, news),
      retraction: false,
      replaces: [...window.replaces].sort((a, b) => a[0] - b[0] || a[1] - b[1]),
    };
    if (spec.accumulation === 'retracting' && said) this.out.push({ ...said, retraction: true });
    this.out.push(pane);
    window.panes.push(pane);
    window.replaces = [];
    for (const member of news) member.shown = true;
  }

  private timingOf(window: Win, news: readonly Member[], spoken: number, at: Moment): ModelPane['timing'] {
    if (spoken > 0) return 'late';
    if (at.watermark < window.end) return 'early';
    const passes = at.watermarkBefore < window.end;
    return passes || news.some(member => member.inTime) ? 'on-time' : 'late';
  }

  private timestampOf(window: Win, news: readonly Member[]): number {
    const times = news.filter(member => member.notLate).map(member => member.element.timestamp);
    if (times.length === 0) return window.end - 1;
    if (this.spec.timestampCombiner === 'earliest') return Math.min(...times);
    if (this.spec.timestampCombiner === 'latest') return Math.max(...times);
    return window.end - 1;
  }

  private valueOf(members: readonly Member[]): ModelPane['value'] {
    const values = members.map(member => member.element.value).sort((a, b) => a - b);
    switch (this.spec.aggregate) {
      case 'sum':
        return values.reduce((sum, value) => sum + value, 0);
      case 'count':
        return values.length;
      case 'min':
        return values[0] ?? Number.NaN;
      case 'max':
        return values.at(-1) ?? Number.NaN;
      case 'collect':
        return values;
    }
  }
}

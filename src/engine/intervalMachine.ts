/**
 * The interval join: a left and a right element of one key pair when the right one lies in `[left + lower, left + upper]`. A pair
 * is said when its second element comes. (Flink's IntervalJoinOperator; the unpaired as in Flink SQL's interval joins.)
 *
 * Invariant: an element is kept exactly as long as a partner can still come in time, or its own withdrawal if its side retracts.
 * Until then one without a partner holds the watermark downstream, so that its row is not late there.
 */
import { absent, lastEqual, withdrawn } from '../aggregates/sides.js';
import { BlockCuts, itemsOf } from '../state/blockCuts.js';
import type { SavedState, StateCut } from '../state/cut.js';
import { KeyMap } from '../state/keys.js';
import { Heap, TimerQueue } from '../state/timers.js';
import { END_OF_TIME, START_OF_TIME, shift, type Timestamp, type Watermark } from '../time/timestamp.js';
import { dropCounts } from './drops.js';
import { dumpEntry, Entry, type EntryData, type EntryItem, KeyEntries, type SideEntries } from './intervalEntries.js';
import type { RowOutput } from './joinRows.js';
import { type JoinLateRecord, type JoinType, standsAlone } from './joinSpec.js';
import type { DropCounts } from './machine.js';

/** Everything that an interval join needs to know, complete and checked. */
export interface IntervalSpec<L, R, K, Row> {
  readonly leftKey: (left: L) => K;
  readonly rightKey: (right: R) => K;
  readonly select: (left: L | undefined, right: R | undefined) => Row;
  readonly type: JoinType;
  /** Milliseconds from the left element to the right one, both inclusive. */
  readonly lower: number;
  readonly upper: number;
  readonly allowedLateness: number;
  /** Whether elements of a side may be withdrawn. */
  readonly leftRetracts: boolean;
  readonly rightRetracts: boolean;
}

/** Where the output of an interval join goes. */
export interface IntervalOutput<L, R, Row> extends RowOutput<Row> {
  late(record: JoinLateRecord<L, R>): void;
  /** The watermark for whoever is downstream; behind the rows that it caused. */
  reached(time: Watermark): void;
}

/** What is not in parts: these are the elements. */
interface IntervalRest<L, R, K> {
  readonly watermark: Watermark;
  readonly sent: Watermark;
  readonly seq: number;
  readonly drops: DropCounts;
  /** Snapshots without parts have the elements here. */
  readonly keys?: readonly { readonly key: K; readonly left: readonly EntryData<L>[]; readonly right: readonly EntryData<R>[] }[];
}

/** What one side does. */
interface Side<K> {
  readonly left: boolean;
  readonly key: (value: any) => K;
  /** Where its partners are, from an element on. */
  readonly from: number;
  readonly to: number;
  /** How long after its time an element is kept. */
  readonly keep: number;
  /** Its elements give a row when they find no partner; and whether those with one hold the watermark too, since it may be withdrawn. */
  readonly alone: boolean;
  readonly holdsPaired: boolean;
}

export class IntervalMachine<L, R, K, Row> {
  readonly drops: DropCounts;
  watermark: Watermark = START_OF_TIME;
  readonly #spec: IntervalSpec<L, R, K, Row>;
  readonly #output: IntervalOutput<L, R, Row>;
  readonly #left: Side<K>;
  readonly #right: Side<K>;
  readonly #keys = new KeyMap<K, KeyEntries<K>>();
  readonly #cuts: BlockCuts<Entry> = new BlockCuts<Entry>(dumpEntry);
  /** The sides of keys by when their first element is past. */
  readonly #due = new TimerQueue<SideEntries<K>>();
  /** Elements that may stand alone, the earliest first; those that no longer can go when they come up. */
  readonly #holds = new Heap<Entry>((a, b) => a.time - b.time);
  /** What has been promised downstream. */
  /** How far it has said that time is. */
  sent: Watermark = START_OF_TIME;
  #seq = 0;
  /** The element at hand, for `#meet`. */
  #entry: Entry;
  #isLeft = false;
  #diff: 1 | -1 = 1;

  constructor(spec: IntervalSpec<L, R, K, Row>, output: IntervalOutput<L, R, Row>, drops: DropCounts = dropCounts(), saved?: SavedState) {
    const { lower, upper, type, leftRetracts, rightRetracts } = spec;
    this.#spec = spec;
    this.#output = output;
    this.drops = drops;
    this.#left = sideOf(true, spec.leftKey, lower, upper, type, leftRetracts, rightRetracts);
    this.#right = sideOf(false, spec.rightKey, -upper, -lower, type, rightRetracts, leftRetracts);
    this.#entry = new Entry(undefined, 0, undefined, 0, 0, this.#left);
    if (saved) this.#restore(saved);
  }

  element(value: L | R, timestamp: Timestamp, diff: 1 | -1, left: boolean): void {
    const { allowedLateness } = this.#spec;
    const side = left ? this.#left : this.#right;
    if (shift(timestamp, allowedLateness + 1) <= this.watermark) {
      this.#drop(value, timestamp, diff, left);
      return;
    }
    const key = side.key(value);
    const entries = this.#keys.get(key);
    this.#isLeft = left;
    this.#diff = diff;
    if (diff === 1) this.#add(side, key, entries, value, timestamp);
    else this.#withdraw(side, entries, withdrawn(value), timestamp);
    if (this.#holds.items.length > 0) this.#reach();
  }

  advance(watermark: Watermark): void {
    this.watermark = watermark;
    const alone: Entry[] = [];
    this.#due.take(watermark, entries => this.#expire(entries, alone));
    alone.sort((a, b) => a.time - b.time || a.seq - b.seq);
    for (const entry of alone) this.#sayAlone(entry, 1);
    this.#reach();
  }

  cut(number: number, since: number): StateCut {
    const rest: IntervalRest<L, R, K> = { watermark: this.watermark, sent: this.sent, seq: this.#seq, drops: { ...this.drops } };
    return { rest, parts: this.#cuts.take(number, since) };
  }

  #restore({ rest, parts }: SavedState): void {
    const { watermark, sent, seq, drops, keys = [] } = rest as IntervalRest<L, R, K>;
    this.watermark = watermark;
    this.sent = sent;
    this.#seq = seq;
    Object.assign(this.drops, drops);
    const items = itemsOf<EntryItem<L | R, K>>(parts);
    for (const { key, left, right } of keys) {
      for (const data of left) items.push({ ...data, key, left: true });
      for (const data of right) items.push({ ...data, key, left: false });
    }
    // Those of one time in order of arrival.
    items.sort((a, b) => a.seq - b.seq);
    for (const { key, left, time, value, seq, paired } of items) {
      const side = left ? this.#left : this.#right;
      this.#keep(ownOf(side, this.#keys.get(key) ?? this.#open(key)), new Entry(key, time, value, seq, paired, side));
    }
  }

  #add(side: Side<K>, key: K, entries: KeyEntries<K> | undefined, value: L | R, timestamp: Timestamp): void {
    const entry = new Entry(key, timestamp, value, this.#seq++, 0, side);
    this.#entry = entry;
    if (entries) this.#eachPartner(side, entries, timestamp);
    if (this.#expiry(side, timestamp) > this.watermark) this.#keep(ownOf(side, entries ?? this.#open(key)), entry);
    else if (side.alone && entry.paired === 0) this.#sayAlone(entry, 1);
  }

  /** Takes an element back. If it has come in time, and so did this, its partners are still there; it itself, if its side retracts. */
  #withdraw(side: Side<K>, entries: KeyEntries<K> | undefined, value: L | R, timestamp: Timestamp): void {
    const own = entries && ownOf(side, entries);
    const same = own?.at(timestamp) ?? [];
    const entry = same[lastEqual(same, value)];
    if (!own || !entry) throw absent(`interval join, ${side.left ? 'left' : 'right'} side`, value);
    own.remove(entry);
    this.#bury(entry);
    this.#entry = entry;
    this.#eachPartner(side, own.of, timestamp);
    this.#forget(own.of);
  }

  #eachPartner(side: Side<K>, entries: KeyEntries<K>, timestamp: Timestamp): void {
    (side.left ? entries.right : entries.left).each(timestamp + side.from, timestamp + side.to, this.#meet);
  }

  readonly #meet = (partner: Entry): void => {
    const entry = this.#entry;
    const diff = this.#diff;
    if (entry.side.alone) entry.paired += diff;
    if (partner.side.alone) {
      this.#cuts.touch(partner.place);
      partner.paired += diff;
    }
    if (this.#output.closed) return;
    const { select } = this.#spec;
    const row = this.#isLeft ? select(entry.value as L, partner.value as R) : select(partner.value as L, entry.value as R);
    this.#output.row(row, Math.max(entry.time, partner.time), diff);
  };

  #sayAlone({ value, time, side }: Entry, diff: 1 | -1): void {
    if (this.#output.closed) return;
    const { select } = this.#spec;
    this.#output.row(side.left ? select(value as L, undefined) : select(undefined, value as R), time, diff);
  }

  #open(key: K): KeyEntries<K> {
    const entries = new KeyEntries(key);
    this.#keys.set(key, entries);
    return entries;
  }

  #keep(own: SideEntries<K>, entry: Entry): void {
    own.insert(entry);
    entry.place = this.#cuts.add(entry);
    this.#arm(own, entry);
    // One that is late downstream in any case holds nothing.
    if (entry.side.alone && entry.time >= this.sent) this.#holds.push(entry);
  }

  /** When an element is past: no partner, and no withdrawal, can come in time any more. */
  #expiry(side: { readonly keep: number }, time: Timestamp): Timestamp {
    return shift(time, side.keep + this.#spec.allowedLateness + 1);
  }

  /** Queues a side of a key for the time at which its first element is past, unless it is for no later one. */
  #arm(own: SideEntries<K>, first: Entry): void {
    const time = this.#expiry(first.side, first.time);
    if (time >= own.armed) return;
    own.armed = time;
    this.#due.schedule(time, own);
  }

  #expire(own: SideEntries<K>, alone: Entry[]): void {
    if (own.armed > this.watermark) return; // queued more than once
    own.armed = Infinity;
    const keep = own.first()?.side.keep ?? 0;
    const to = this.watermark === END_OF_TIME ? END_OF_TIME : this.watermark - keep - this.#spec.allowedLateness - 1;
    own.take(to, entry => {
      this.#bury(entry);
      if (entry.side.alone && entry.paired === 0) alone.push(entry);
    });
    const first = own.first();
    if (first) this.#arm(own, first);
    else this.#forget(own.of);
  }

  #bury(entry: Entry): void {
    entry.gone = true;
    this.#cuts.remove(entry.place);
  }

  #forget(entries: KeyEntries<K>): void {
    const { key, left, right } = entries;
    if (left.size + right.size === 0 && this.#keys.get(key) === entries) this.#keys.delete(key);
  }

  #reach(): void {
    const holds = this.#holds;
    let reached = this.watermark;
    for (let top = holds.peek(); top; top = holds.peek()) {
      if (!top.gone && (top.paired === 0 || top.side.holdsPaired)) {
        reached = Math.min(reached, top.time);
        break;
      }
      holds.pop();
    }
    if (reached <= this.sent) return;
    this.sent = reached;
    this.#output.reached(reached);
  }

  #drop(value: L | R, timestamp: Timestamp, diff: 1 | -1, left: boolean): void {
    const { watermark } = this;
    this.drops.expired++;
    const record = {
      value,
      timestamp,
      reason: 'expired',
      watermark,
      window: undefined,
      by: watermark - timestamp,
      retraction: diff === -1,
    };
    this.#output.late({ ...record, side: left ? 'left' : 'right' } as JoinLateRecord<L, R>);
  }
}

function ownOf<K>(side: Side<K>, entries: KeyEntries<K>): SideEntries<K> {
  return side.left ? entries.left : entries.right;
}

function sideOf<K>(
  left: boolean,
  key: (value: any) => K,
  from: number,
  to: number,
  type: JoinType,
  retracts: boolean,
  partnersRetract: boolean,
): Side<K> {
  return { left, key, from, to, keep: retracts ? Math.max(to, 0) : to, alone: standsAlone(type, left), holdsPaired: partnersRetract };
}

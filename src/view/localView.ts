/** Reads of one operator as its state is now, or at a cut: synchronous, for who is in the process. */
import type { WindowingSpec } from '../engine/machine.js';
import { readerOf } from '../engine/readerOf.js';
import { isOverAt, type StateReader } from '../engine/stateReader.js';
import type { TimeWindow } from '../engine/window.js';
import type { WindowsAtWork } from '../engine/windowsAtWork.js';
import { mustBe, type TidemarkError } from '../errors.js';
import type { Timestamp } from '../time/timestamp.js';
import { answerOf, nothingOf, type ReadLevel, type ViewAnswer, type ViewEntry, type ViewMoment } from './answer.js';
import { checkRunning, isReadable, notNow, notReadable } from './problems.js';
import { SharedState } from './sharedState.js';
import { Snapshot } from './snapshot.js';
import type { HostOf, ViewHost } from './viewHost.js';

/** The same reads without waiting: of state in this process. */
export interface LocalView<K, V> {
  /**
   * As `get` of the view, at once.
   *
   * @throws TidemarkError `NOT_NOW`: the job is not running, or a call is at work in the operator, or there is no checkpoint yet to read from.
   */
  get(key: K, at?: Timestamp | TimeWindow): ViewAnswer<K, V>;
  /** All windows of a key, in order of start and end. Throws as `get` does. */
  of(key: K): readonly ViewEntry<K, V>[];
}

/** State as it can be read at once. */
export interface Readable<K, V> {
  readonly reader: StateReader<K, V>;
  readonly spec: WindowingSpec<any, K, V>;
  readonly moment: ViewMoment;
}

export class StateView<K, V> implements LocalView<K, V> {
  readonly name: string;
  readonly #hostOf: HostOf;
  readonly #read: ReadLevel | Snapshot;
  readonly #unfired: boolean;
  /** The operator read last, and its reader. */
  #operator: WindowsAtWork<any, K, V> | undefined = undefined;
  #reader: StateReader<K, V> | undefined = undefined;

  constructor(name: string, hostOf: HostOf, read: ReadLevel | Snapshot, unfired: boolean) {
    this.name = name;
    this.#hostOf = hostOf;
    this.#read = read;
    this.#unfired = unfired;
  }

  get(key: K, at?: Timestamp | TimeWindow): ViewAnswer<K, V> {
    const { reader, spec, moment } = this.state();
    const entry =
      at === undefined ? reader.of(key).at(-1) : typeof at === 'number' ? reader.at(key, at) : reader.find(key, checkedWindow(at));
    if (entry && (this.#unfired || entry.pane)) return answerOf(entry, moment);
    if (typeof at === 'object') return nothingOf(key, { start: at.start, end: at.end }, !entry && reader.isOver(at), moment);
    return nothingOf(key, undefined, !entry && at !== undefined && isOverAt(spec, at, reader), moment);
  }

  of(key: K): readonly ViewEntry<K, V>[] {
    const entries = this.state().reader.of(key);
    return this.#unfired ? entries : entries.filter(({ pane }) => pane);
  }

  /** What is read now. */
  state(): Readable<K, V> {
    const read = this.#read;
    if (read instanceof Snapshot) return this.#in(read);
    const host = this.#hostOf();
    checkRunning(host, this.name);
    const operator = this.operator(host);
    if (read === 'committed') return this.#committed(host, operator);
    if (operator.busy) throw atWork(this.name, operator);
    const reader = this.#reader as StateReader<K, V>;
    const { checkpoint, epoch } = host;
    return { reader, spec: operator.spec, moment: { watermark: reader.watermark, level: read, checkpoint, epoch } };
  }

  /** The operator in a life of the job. */
  operator(host: ViewHost): WindowsAtWork<any, K, V> {
    const operator = host.windows.get(this.name);
    if (operator !== undefined && operator === this.#operator) return operator;
    if (!operator || !isReadable(host, this.name)) throw notReadable(host, this.name);
    this.#operator = operator;
    this.#reader = readerOf<any, K, V>(operator.spec, operator.machine);
    return operator;
  }

  #committed(host: ViewHost, { spec }: WindowsAtWork<any, K, V>): Readable<K, V> {
    const { committed } = SharedState.of(host);
    const reader = committed.of(this.name)?.reader(this.name);
    if (!reader) throw notNow(`view "${this.name}": no checkpoint has been completed since it was asked for`, 'Its get() waits for one.');
    return { reader, spec, moment: { watermark: reader.watermark, level: 'committed', checkpoint: committed.seq, epoch: host.epoch } };
  }

  #in({ held, host, checkpoint }: Snapshot): Readable<K, V> {
    if (!held) throw notNow(`view "${this.name}": the snapshot is closed`);
    const reader = held.reader(this.name);
    if (!reader || !isReadable(host, this.name)) throw notReadable(host, this.name);
    const { spec } = this.operator(host);
    return { reader, spec, moment: { watermark: reader.watermark, level: 'snapshot', checkpoint, epoch: host.epoch } };
  }
}

function atWork(name: string, { kind }: WindowsAtWork<any, any, any>): TidemarkError {
  return notNow(`view "${name}": a call is at work in ${kind}`, 'Read it when that is over: behind an await, or by get() of the view.');
}

function checkedWindow(at: TimeWindow): TimeWindow {
  if (Number.isSafeInteger((at as TimeWindow | null)?.start) && Number.isSafeInteger(at.end)) return at;
  throw mustBe('get: its second argument', 'an instant, or a window { start, end }', at);
}

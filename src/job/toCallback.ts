import { checkFunction, checkOptions, mustBe, TidemarkError } from '../errors.js';
import type { EventOperator } from '../stream/eventStream.js';
import { defineSink, type SinkContext, type SinkWork } from './defineSink.js';
import { PendingRows, ROOM, readRoom } from './pendingRows.js';

/** A row of {@link toCallback} on its way out. */
export interface Delivery {
  /**
   * The same for the same row after any crash, and of no other row, even when a storage is lost: it has a random part. Its last number ascends
   * within a checkpoint: keep all ids, not the greatest.
   */
  readonly id: string;
  /** The row takes back an equal one that was delivered before. */
  readonly withdrawn: boolean;
  /** The checkpoint that the row belongs to. Never lower than that of a row before it. */
  readonly checkpoint: number;
}

/** What {@link toCallback} takes. */
export interface ToCallbackOptions {
  /** By which a restart finds the sink. */
  readonly name: string;
  /** When so many rows wait for a checkpoint, one is made before its time, and the sources wait for it. Default 100 000. */
  readonly room?: number;
  /**
   * Asks the receiver for the newest checkpoint of which it has a row; 0: none. A job whose storage has lost that checkpoint is then refused with
   * `NEEDS_OPERATOR`, rather than saying rows again under other ids. Worth its while where a storage can be lost: in browsers.
   */
  readonly lastDelivered?: () => number | Promise<number>;
}

interface Row<T> {
  readonly value: T;
  readonly withdrawn: boolean;
}

/** What a checkpoint has of its rows: them, and what their ids have of the run that made them. Rows alone have nothing of it. */
type Kept<T> = { readonly run: string; readonly rows: readonly Row<T>[] } | readonly Row<T>[];

/** So many characters of a run tell it from those that would give the same ids: of the same job, on a storage that begins anew. */
const RUN = 8;

/**
 * Hands out rows once the checkpoint that they belong to is durable, each with an id: outbox mode. At least once: after a crash the rows
 * of the last checkpoint come again, with the same ids; whoever leaves out ids that it has seen has each row exactly once. Rows are values
 * as `structuredClone` takes them, since they are part of the checkpoint.
 *
 * @param deliver Called with one row after the other; the next one waits for its promise. A row whose call fails is tried
 * again, three times in all, before the job fails. A call may take three times the `timeout` of checkpoints; all the rows of one may take
 * as long as they like, and the next checkpoint waits for that.
 * @throws TidemarkError `BAD_OPTION` at assembly.
 * @example
 * ```ts
 * import { count, eventTime, replayable, run, toCallback, tumbling, windowBy } from 'tidemark';
 *
 * const clicks = eventTime(replayable([{ at: 5 }]), { name: 'clicks', timestamp: c => c.at });
 * const job = run(
 *   clicks.pipe(
 *     windowBy(tumbling('1h'), { name: 'perHour', aggregate: count() }),
 *     toCallback((pane, { id }) => console.log(id, pane.value), { name: 'log' }),
 *   ),
 *   { name: 'clicks' },
 * );
 * await job.done;
 * ```
 */
export function toCallback<T>(deliver: (value: T, delivery: Delivery) => unknown, options: ToCallbackOptions): EventOperator<T, T> {
  checkFunction(deliver, 'toCallback: its first argument');
  checkOptions(options, ['name', 'room', 'lastDelivered'], 'toCallback');
  const { name, lastDelivered = () => 0 } = options;
  const room = readRoom(options.room ?? ROOM, 'toCallback');
  checkFunction(lastDelivered, 'toCallback: lastDelivered');
  return defineSink<T>({
    kind: 'toCallback',
    name,
    mode: 'outbox',
    create: context => new CallbackSink(name, deliver, lastDelivered, room, context),
  });
}

class CallbackSink<T> implements SinkWork<T> {
  readonly name: string;
  readonly mode = 'outbox';
  readonly #deliver: (value: T, delivery: Delivery) => unknown;
  readonly #lastDelivered: () => number | Promise<number>;
  readonly #context: SinkContext;
  readonly #rows: PendingRows<Row<T>>;
  /** How many rows have been handed out. */
  #delivered = 0;
  /** The delivery of a transaction: another try goes on where the one before stands, and joins it if it has only become late. */
  #delivery: { readonly transaction: string; done: number; running: Promise<void> | undefined } | undefined;
  #closed = false;

  constructor(
    name: string,
    deliver: (value: T, delivery: Delivery) => unknown,
    lastDelivered: () => number | Promise<number>,
    room: number,
    context: SinkContext,
  ) {
    this.name = name;
    this.#deliver = deliver;
    this.#lastDelivered = lastDelivered;
    this.#context = context;
    this.#rows = new PendingRows(room, context);
  }

  get room(): number {
    return this.#rows.room;
  }

  progress(): number {
    return this.#delivered;
  }

  write(value: T, diff: 1 | -1): void {
    this.#rows.add({ value, withdrawn: diff === -1 });
  }

  async fence(): Promise<void> {}

  async lastCommitted(): Promise<number> {
    const seq = await this.#lastDelivered();
    if (Number.isSafeInteger(seq) && seq >= 0) return seq;
    throw mustBe(`toCallback "${this.name}": lastDelivered`, 'the number of a checkpoint, or 0', seq);
  }

  rotate(transaction: string): unknown {
    return { run: this.#context.run.slice(0, RUN), rows: this.#rows.rotate(transaction) } satisfies Kept<T>;
  }

  async prepare(): Promise<void> {}

  async commit(transaction: string, seq: number, kept: unknown): Promise<void> {
    if (this.#delivery?.transaction !== transaction) this.#delivery = { transaction, done: 0, running: undefined };
    const delivery = this.#delivery;
    delivery.running ??= this.#handOut(kept as Kept<T>, seq, delivery).finally(() => {
      delivery.running = undefined;
    });
    await delivery.running;
    this.#rows.forget(transaction);
  }

  async #handOut(kept: Kept<T>, checkpoint: number, delivery: { readonly transaction: string; done: number }): Promise<void> {
    const { rows, of } = 'rows' in kept ? { rows: kept.rows, of: `-${kept.run}` } : { rows: kept, of: '' };
    const id = `${this.#context.job}/${this.name}/${delivery.transaction}${of}/`;
    while (delivery.done < rows.length) {
      if (this.#closed) throw new TidemarkError('CHECKPOINT_FAILED', `toCallback "${this.name}": the job is over.`);
      const { value, withdrawn } = rows[delivery.done] as Row<T>;
      await this.#deliver(value, { id: id + delivery.done, withdrawn, checkpoint });
      delivery.done++;
      this.#delivered++;
    }
  }

  /** A delivery that has become too late for its checkpoint says no more: the next run will. */
  close(): void {
    this.#closed = true;
  }

  async abort(transaction: string): Promise<void> {
    this.#rows.abort(transaction);
  }
}

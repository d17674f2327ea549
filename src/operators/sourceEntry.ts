/** The ways in: whatever RxJS can subscribe to; arrays and streams of arrays as loops. */
import { from, type Observable, type ObservableInput, Subscriber, Subscription, type Unsubscribable } from 'rxjs';
import { mustBe } from '../errors.js';
import type { SourceTarget } from '../stream/sink.js';

/** Where the values of a source go. */
export interface SourceEntry<T> extends SourceTarget<T> {
  /** What to let go of when the entry fails. */
  upstream: Unsubscribable | undefined;
  stop(): void;
}

/** Feeds a source into an entry. */
export function drain<T>(
  source: ObservableInput<T> | ObservableInput<readonly T[]>,
  batches: boolean,
  entry: SourceEntry<T>,
  kind: string,
): Unsubscribable {
  if (!batches && Array.isArray(source)) {
    entry.all(source as readonly T[]);
    entry.complete();
    return Subscription.EMPTY;
  }
  let values: Observable<unknown>;
  try {
    values = from(source as ObservableInput<unknown>);
  } catch {
    entry.error(mustBe(`${kind}: the source`, 'an Observable, array, AsyncIterable or the like', source));
    return Subscription.EMPTY;
  }
  return values.subscribe(new EntrySubscriber(entry, batches, kind));
}

/**
 * A Subscriber of its own kind is what RxJS calls directly, where it would wrap an observer: that would cost as much again as the element
 * itself. And while a source that never ends loops inside `subscribe`, its subscriber is all by which it can be stopped.
 */
class EntrySubscriber<T> extends Subscriber<unknown> {
  readonly #entry: SourceEntry<T>;
  readonly #batches: boolean;
  readonly #kind: string;

  constructor(entry: SourceEntry<T>, batches: boolean, kind: string) {
    super();
    this.#entry = entry;
    this.#batches = batches;
    this.#kind = kind;
  }

  override next(value: unknown): void {
    if (this.closed) return;
    const entry = this.#entry;
    if (!this.#batches) entry.next(value as T);
    else if (Array.isArray(value)) entry.all(value);
    else entry.error(mustBe(`${this.#kind}: with batches, each value`, 'an array', value));
    if (entry.closed) this.unsubscribe();
  }

  override error(error: unknown): void {
    if (this.closed) return;
    this.#entry.error(error);
    this.unsubscribe();
  }

  override complete(): void {
    if (this.closed) return;
    this.#entry.complete();
    this.unsubscribe();
  }
}

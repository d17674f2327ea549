/** The ways in: whatever RxJS can subscribe to; arrays and streams of arrays as loops. */
import { from, type ObservableInput, Subscription, type Unsubscribable } from 'rxjs';
import { mustBe } from '../errors.js';

/** Where the values of a source go. */
export interface SourceEntry<T> {
  /** Nothing more is wanted. */
  readonly closed: boolean;
  /** What to let go of when the entry fails. */
  upstream: Unsubscribable | undefined;
  next(value: T): void;
  error(error: unknown): void;
  complete(): void;
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
    loop(source as readonly T[], entry);
    entry.complete();
    return Subscription.EMPTY;
  }
  let values: ReturnType<typeof from<ObservableInput<unknown>>>;
  try {
    values = from(source as ObservableInput<unknown>);
  } catch {
    entry.error(mustBe(`${kind}: the source`, 'an Observable, array, Promise, iterable, AsyncIterable or ReadableStream', source));
    return Subscription.EMPTY;
  }
  return values.subscribe({
    next: batches ? batch => enterBatch(batch as readonly T[], entry, kind) : value => entry.next(value as T),
    error: error => entry.error(error),
    complete: () => entry.complete(),
  });
}

function enterBatch<T>(batch: readonly T[], entry: SourceEntry<T>, kind: string): void {
  if (Array.isArray(batch)) loop(batch, entry);
  else entry.error(mustBe(`${kind}: with batches, each value`, 'an array', batch));
}

function loop<T>(values: readonly T[], entry: SourceEntry<T>): void {
  for (let i = 0; i < values.length && !entry.closed; i++) entry.next(values[i] as T);
}

/** The ways in: whatever RxJS can subscribe to; arrays and streams of arrays as loops. */
import { from, Observable, type ObservableInput, type Subscriber, Subscription, type Unsubscribable } from 'rxjs';
import { mustBe } from '../errors.js';

/** Where the values of a source go. */
export interface SourceEntry<T> {
  /** Nothing more is wanted. */
  readonly closed: boolean;
  /** What to let go of when the entry fails. */
  upstream: Unsubscribable | undefined;
  next(value: T): void;
  /** Takes values one after the other, as long as they are wanted. */
  all(values: readonly T[]): void;
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
    entry.all(source as readonly T[]);
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
  // While a source that never ends loops inside `subscribe`, its subscriber is all by which it can be stopped.
  let reader: Subscriber<unknown> | undefined;
  const readable = new Observable<unknown>(subscriber => {
    reader = subscriber;
    return values.subscribe(subscriber);
  });
  return readable.subscribe({
    next(value) {
      if (batches) enterBatch(value as readonly T[], entry, kind);
      else entry.next(value as T);
      if (entry.closed) reader?.unsubscribe();
    },
    error: error => entry.error(error),
    complete: () => entry.complete(),
  });
}

function enterBatch<T>(batch: readonly T[], entry: SourceEntry<T>, kind: string): void {
  if (Array.isArray(batch)) entry.all(batch);
  else entry.error(mustBe(`${kind}: with batches, each value`, 'an array', batch));
}

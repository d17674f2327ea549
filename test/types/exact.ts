/** What the type tests share: the exact comparison of two types, and the elements that they work on. */
import type { Observable } from 'rxjs';
import { boundedOutOfOrderness, type EventStream, eventTime } from 'tidemark';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** `is<A>().exactly<B>(true)` compiles if and only if A and B are the same type. */
export declare function is<A>(): { exactly<B>(same: Equal<A, B>): void };

export interface Flight {
  readonly number: string;
  readonly airport: string;
  readonly landedAt: number;
  readonly delay: number;
  readonly cancelled: boolean;
  readonly gap: `${number}m`;
  readonly marker?: number;
}

export declare const flights$: Observable<Flight>;

export const timed: EventStream<Flight> = eventTime(flights$, {
  timestamp: flight => flight.landedAt,
  watermark: boundedOutOfOrderness('5m'),
});

// The comparison itself can fail.
is<{ readonly a: 1 }>().exactly<{ readonly a: 1 }>(true);
is<{ readonly a: 1 }>().exactly<{ a: 1 }>(false);
is<unknown>().exactly<any>(false);
is<EventStream<string>>().exactly<EventStream<unknown>>(false);

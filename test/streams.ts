/** What tests of streams share: elements with a time, and what a subscriber hears. */
import { map, type Observable, type ObservableInput, type Subscription } from 'rxjs';
import type { Pane } from '../src/engine/pane.js';
import { type EventTimeCommon, eventTime } from '../src/operators/eventTime.js';
import type { EventStream } from '../src/stream/eventStream.js';
import { told } from './support.js';

export interface Item {
  readonly t: number;
  readonly v: number;
}

export const at = (t: number, v = 1): Item => ({ t, v });

/** A source of items as an event-time stream. */
export function timed(source: ObservableInput<Item>, options: EventTimeCommon<Item> = {}): EventStream<Item> {
  return eventTime<Item>(source, { timestamp: item => item.t, ...options });
}

/** What a subscriber has heard. `said` holds the values, then `done` or `CODE: sentence` of the error. */
export interface Listener<T> {
  readonly values: T[];
  readonly said: (T | string)[];
  readonly subscription: Subscription;
}

export function listen<T>(stream: Observable<T>): Listener<T> {
  const values: T[] = [];
  const said: (T | string)[] = [];
  const subscription = stream.subscribe({
    next(value) {
      values.push(value);
      said.push(value);
    },
    error: error => said.push(told(error)),
    complete: () => said.push('done'),
  });
  return { values, said, subscription };
}

/** A pane as `start:value`. */
export const brief = map((pane: Pane<unknown, unknown>) => `${pane.window.start}:${String(pane.value)}`);

/**
 * Sales of shops whose tills lose the network now and then: what happened, the order in which it arrives, and what is right in the end. The
 * same for a seed, so that what comes out can be held against it.
 */
import type { Timestamp } from 'tidemark';

export interface Sale {
  readonly shop: string;
  readonly at: Timestamp;
  readonly cents: number;
}

/** A sale on its way. */
export interface Arrival {
  readonly sale: Sale;
  /** When it reaches the log. */
  readonly arrives: Timestamp;
}

export const SHOPS = ['Basel', 'Genoa', 'Lisbon', 'Malmö', 'Porto', 'Turin'] as const;
export const MINUTE = 60_000;
export const MINUTES = 8;
/** Not long ago: brokers delete records that are older, by their event time, than a topic keeps. */
export const OPENING = Math.floor(Date.now() / (10 * MINUTE) - 2) * 10 * MINUTE;
const SALES = 4800;

/** A record that is no sale: it says that nothing older comes, and so ends the last minutes. */
export const CLOSED = '';
export const CLOSING: Sale = { shop: CLOSED, at: OPENING + 60 * MINUTE, cents: 0 };

/** All sales in the order of their arrival. Most take seconds; of a till without network, up to a minute and a half. */
export function salesOf(seed: number): Arrival[] {
  let state = (seed % 2_147_483_646) + 1;
  /** Lehmer's generator. */
  const dice = (limit: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  const arrivals = Array.from({ length: SALES }, () => {
    const at = OPENING + dice(MINUTES * MINUTE);
    const sale = { shop: SHOPS[dice(SHOPS.length)] as string, at, cents: 100 + dice(4900) };
    const offline = dice(80) === 0;
    return { sale, arrives: at + (offline ? 25_000 + dice(65_000) : dice(8000)) };
  });
  return arrivals.sort((a, b) => a.arrives - b.arrives);
}

/** By shop and minute. */
export type Takings = ReadonlyMap<string, number>;

export const cellOf = (shop: string, minute: Timestamp): string => `${shop} ${minute}`;

/** What is right, counted without any stream. */
export function takingsOf(arrivals: readonly Arrival[]): Takings {
  const takings = new Map<string, number>();
  for (const { sale } of arrivals) {
    const cell = cellOf(sale.shop, sale.at - (sale.at % MINUTE));
    takings.set(cell, (takings.get(cell) ?? 0) + sale.cents);
  }
  return takings;
}

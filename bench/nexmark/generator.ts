/**
 * The Nexmark event generator, event for event that of Apache Beam's suite (`sdks/java/testing/nexmark`), written anew.
 * Every event is a function of its number alone: its random draws are seeded with its id. So answers can be checked to
 * the last row, and the same events in another order (`outOfOrderGroupSize`) must give the same answers.
 * Of 50 events one is a person, three are auctions and 46 are bids. The order of draws is part of the format.
 */
import { JavaRandom } from './javaRandom.js';
import { padding, words } from './text.js';

/** Somebody who sells and bids. */
export interface Person {
  readonly id: number;
  readonly name: string;
  readonly emailAddress: string;
  readonly creditCard: string;
  readonly city: string;
  readonly state: string;
  readonly extra: string;
}

/** Something for sale. Prices are cents, `expires` is milliseconds since the epoch. */
export interface Auction {
  readonly id: number;
  readonly itemName: string;
  readonly description: string;
  readonly initialBid: number;
  readonly reserve: number;
  readonly expires: number;
  readonly seller: number;
  readonly category: number;
  readonly extra: string;
}

/** An offer, in cents. */
export interface Bid {
  readonly auction: number;
  readonly bidder: number;
  readonly price: number;
  readonly extra: string;
}

/** What every event says: its number in the stream, its id, its event time, and the watermark after it. */
interface Position {
  readonly n: number;
  readonly id: number;
  readonly ts: number;
  /** The perfect watermark: no later event has a smaller `ts`. */
  readonly wm: number;
}

export interface PersonEvent extends Position {
  readonly person: Person;
  readonly auction?: never;
  readonly bid?: never;
}

export interface AuctionEvent extends Position {
  readonly auction: Auction;
  readonly person?: never;
  readonly bid?: never;
}

export interface BidEvent extends Position {
  readonly bid: Bid;
  readonly person?: never;
  readonly auction?: never;
}

export type NexmarkEvent = PersonEvent | AuctionEvent | BidEvent;

export interface NexmarkOptions {
  /** How many events. */
  readonly events: number;
  /** Events are permuted within aligned groups of so many; 1 (the default) keeps them in order. Not a multiple of 953. */
  readonly outOfOrderGroupSize?: number;
  /** Event time from one event to the next, in microseconds; default 1000, which is 1000 events a second. */
  readonly interEventDelayUs?: number;
  /** Event time of event 0, in milliseconds since the epoch; default 2015-07-15T00:00:00Z. */
  readonly baseTime?: number;
}

/** Where Beam's event time starts: 2015-07-15T00:00:00Z. */
export const BASE_TIME: number = Date.UTC(2015, 6, 15);

/** The stream of events; can be iterated again and again. */
export function nexmark(options: NexmarkOptions): Iterable<NexmarkEvent> {
  const { events, outOfOrderGroupSize: group = 1, interEventDelayUs = 1000, baseTime = BASE_TIME } = options;
  if (group !== 1 && group % SHUFFLE === 0) throw new RangeError(`outOfOrderGroupSize must not be a multiple of ${SHUFFLE}.`);
  const timeOf = (k: number): number => baseTime + Math.floor((k * interEventDelayUs) / 1000);
  return {
    *[Symbol.iterator]() {
      const random = new JavaRandom();
      for (let n = 0; n < events; n++) {
        const groupStart = n - (n % group);
        const id = groupStart + ((n * SHUFFLE) % group);
        yield event(random, n, id, timeOf(id), timeOf(groupStart), timeOf(id + IN_FLIGHT_EVENTS));
      }
    },
  };
}

/** Prime, so that multiplying by it permutes every group size that it does not divide. */
const SHUFFLE = 953;
const EVENTS = 50;
const AUCTIONS = 3;
const FIRST_ID = 1000;
const FIRST_CATEGORY = 10;
const CATEGORIES = 5;
const ACTIVE_PEOPLE = 1000;
const IN_FLIGHT_AUCTIONS = 100;
/** How many events hold as many auctions as are in flight: an auction lives for up to twice their time. */
const IN_FLIGHT_EVENTS = Math.floor((IN_FLIGHT_AUCTIONS * EVENTS) / AUCTIONS);
/** Ids run ahead by so many, so that some events speak of people and auctions that are still to come. */
const LEAD = 10;
/** One auction, seller and bidder of each hundred is hot. */
const HOT_BATCH = 100;
const HOT_AUCTION_RATIO = 2;
const HOT_SELLER_RATIO = 4;
const HOT_BIDDER_RATIO = 4;
const PERSON_BYTES = 200;
const AUCTION_BYTES = 500;
const BID_BYTES = 100;

const FIRST_NAMES = ['Peter', 'Paul', 'Luke', 'John', 'Saul', 'Vicky', 'Kate', 'Julie', 'Sarah', 'Deiter', 'Walter'];
const LAST_NAMES = ['Shultz', 'Abrams', 'Spencer', 'White', 'Bartels', 'Walton', 'Smith', 'Jones', 'Noris'];
const CITIES = ['Phoenix', 'Los Angeles', 'San Francisco', 'Boise', 'Portland', 'Bend', 'Redmond', 'Seattle', 'Kent', 'Cheyenne'];
const STATES = ['AZ', 'CA', 'ID', 'OR', 'WA', 'WY'];

function event(random: JavaRandom, n: number, id: number, ts: number, wm: number, horizon: number): NexmarkEvent {
  random.seed(id);
  const kind = id % EVENTS;
  if (kind < 1) return { n, id, ts, wm, person: person(random, id) };
  if (kind < 1 + AUCTIONS) return { n, id, ts, wm, auction: auction(random, id, ts, horizon) };
  return { n, id, ts, wm, bid: bid(random, id) };
}

function person(random: JavaRandom, id: number): Person {
  const name = `${pick(random, FIRST_NAMES)} ${pick(random, LAST_NAMES)}`;
  const emailAddress = `${words(random, 7)}@${words(random, 5)}.com`;
  const creditCard = `${digits(random)} ${digits(random)} ${digits(random)} ${digits(random)}`;
  const city = pick(random, CITIES);
  const state = pick(random, STATES);
  const size = 8 + name.length + emailAddress.length + creditCard.length + city.length + state.length;
  return { id: FIRST_ID + lastPerson(id), name, emailAddress, creditCard, city, state, extra: padding(random, size, PERSON_BYTES) };
}

function auction(random: JavaRandom, id: number, ts: number, horizon: number): Auction {
  const people = lastPerson(id);
  const seller = FIRST_ID + (random.below(HOT_SELLER_RATIO) > 0 ? people - (people % HOT_BATCH) : anyPerson(random, people));
  const category = FIRST_CATEGORY + random.below(CATEGORIES);
  const initialBid = price(random);
  const expires = ts + 1 + random.below(Math.max(2 * (horizon - ts), 1));
  const itemName = words(random, 20);
  const description = words(random, 100);
  const reserve = initialBid + price(random);
  const extra = padding(random, 8 + itemName.length + description.length + 40, AUCTION_BYTES);
  return { id: FIRST_ID + lastAuction(id), itemName, description, initialBid, reserve, expires, seller, category, extra };
}

function bid(random: JavaRandom, id: number): Bid {
  const auctions = lastAuction(id);
  const people = lastPerson(id);
  const hotAuction = random.below(HOT_AUCTION_RATIO) > 0;
  const auction = FIRST_ID + (hotAuction ? auctions - (auctions % HOT_BATCH) : anyAuction(random, auctions));
  const hotBidder = random.below(HOT_BIDDER_RATIO) > 0;
  const bidder = FIRST_ID + (hotBidder ? people - (people % HOT_BATCH) + 1 : anyPerson(random, people));
  return { auction, bidder, price: price(random), extra: padding(random, 32, BID_BYTES) };
}

/** The newest person of the stream up to event `id`, counted from 0. */
function lastPerson(id: number): number {
  return Math.floor(id / EVENTS);
}

/** The newest auction of the stream up to event `id`, counted from 0; -1 before the first. */
function lastAuction(id: number): number {
  const kind = id % EVENTS;
  return Math.floor(id / EVENTS) * AUCTIONS + Math.min(kind, AUCTIONS) - 1;
}

function anyPerson(random: JavaRandom, newest: number): number {
  const active = Math.min(newest + 1, ACTIVE_PEOPLE);
  return newest + 1 - active + random.below(active + LEAD);
}

function anyAuction(random: JavaRandom, newest: number): number {
  const oldest = Math.max(newest - IN_FLIGHT_AUCTIONS, 0);
  return oldest + random.below(newest - oldest + 1 + LEAD);
}

/** Log-uniform from 1 to 1,000,000 dollars, in cents. */
function price(random: JavaRandom): number {
  return Math.round(10 ** (random.double() * 6) * 100);
}

function digits(random: JavaRandom): string {
  return String(random.below(10_000)).padStart(4, '0');
}

function pick(random: JavaRandom, from: readonly string[]): string {
  return from[random.below(from.length)] as string;
}

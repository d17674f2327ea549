/** What reorder, dedupe and split infer and narrow, and what they refuse. */
import { map, pairwise } from 'rxjs';
import { count, type DropCounts, dedupe, type EventStream, type Pane, reorder, split, tumbling, union, windowBy } from 'tidemark';
import { type Flight, flights$, is, timed } from './exact.js';

interface Landed extends Flight {
  readonly cancelled: false;
}
interface Order {
  readonly kind: 'order';
  readonly at: number;
  readonly amount: number;
}
interface Click {
  readonly kind: 'click';
  readonly at: number;
}
interface Move {
  readonly kind: 'move';
  readonly at: number;
  readonly x: number;
}
declare const events: EventStream<Order | Click | Move>;
declare const drops: DropCounts;

// In a pipe the element's type comes through, into the options too.
const neighbours = timed.pipe(
  dedupe({ id: f => f.number, within: '1h', duplicates: { next: f => f.airport.length } }),
  reorder({ within: '5m', late: { next: record => record.value.delay.toFixed() }, drops }),
  pairwise(),
  map(([a, b]) => b.delay - a.delay),
);
is<typeof neighbours>().exactly<EventStream<number>>(true);
const plain = timed.pipe(reorder(), dedupe({ id: f => [f.airport, f.number], within: 0 }));
is<typeof plain>().exactly<EventStream<Flight>>(true);
const counted = timed.pipe(reorder(), windowBy(tumbling('1h'), { key: f => f.airport, aggregate: count() }));
is<typeof counted>().exactly<EventStream<Pane<string, number>>>(true);

// One predicate gives a pair; a type guard narrows both.
const [late, early] = split(timed, f => f.delay > 0);
is<typeof late>().exactly<EventStream<Flight>>(true);
is<typeof early>().exactly<EventStream<Flight>>(true);
const [orders, others] = split(events, (e): e is Order => e.kind === 'order');
is<typeof orders>().exactly<EventStream<Order>>(true);
is<typeof others>().exactly<EventStream<Click | Move>>(true);
const [landed, rest] = split(timed, (f): f is Landed => !f.cancelled);
is<typeof landed>().exactly<EventStream<Landed>>(true);
is<typeof rest>().exactly<EventStream<Flight>>(true);

// Predicates by name; the guards among them narrow their branch and the rest.
const branches = split(events, {
  orders: (e): e is Order => e.kind === 'order',
  right: e => e.kind === 'move' && e.x > 0,
  clicks: (e): e is Click => e.kind === 'click',
});
is<typeof branches.orders>().exactly<EventStream<Order>>(true);
is<typeof branches.right>().exactly<EventStream<Order | Click | Move>>(true);
is<typeof branches.clicks>().exactly<EventStream<Click>>(true);
is<typeof branches.rest>().exactly<EventStream<Move>>(true);
const joined = union(branches.orders, branches.clicks);
is<typeof joined>().exactly<EventStream<Order | Click>>(true);
const piped = branches.clicks.pipe(windowBy(tumbling('1h'), { aggregate: count() }));
is<typeof piped>().exactly<EventStream<Pane<undefined, number>>>(true);

// @ts-expect-error an id is needed
timed.pipe(dedupe({ within: '1h' }));
// @ts-expect-error and how long it is remembered
timed.pipe(dedupe({ id: f => f.number }));
// @ts-expect-error no such field
timed.pipe(dedupe({ id: f => f.nope, within: '1h' }));
// @ts-expect-error not a duration
reorder({ within: '5 min' });
// @ts-expect-error no such option
reorder({ size: 5 });
// @ts-expect-error a plain Observable has no event time
flights$.pipe(reorder());
// @ts-expect-error nor has what is split
split(flights$, f => f.delay > 0);
// @ts-expect-error no such field
split(timed, f => f.nope > 0);
// @ts-expect-error no such field, in a predicate by name
split(timed, { late: f => f.nope > 0 });
// @ts-expect-error no such branch
branches.moves;

import { Observable, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  atMostOnce,
  count,
  eventTime,
  type InspectEvent,
  inspect,
  type JobEvent,
  run,
  tumbling,
  union,
  windowBy,
} from '../../src/index.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { record } from '../../src/testing/record.js';
import { at, type Item, timed } from '../streams.js';
import { refusal } from '../support.js';

const brief = (event: InspectEvent): string => {
  const left = 'left' in event && event.left > 0 ? ` (${event.left} left out)` : '';
  const who = 'operator' in event ? `${event.operator} ` : '';
  switch (event.type) {
    case 'element':
      return `${who}element ${event.timestamp}${left}`;
    case 'watermark':
      return `${who}W${event.watermark}${left}`;
    case 'pane':
      return `${who}${event.pane.timing} ${event.pane.window.start}: ${event.pane.value}${left}`;
    case 'drop':
      return `${who}${event.record.reason} ${event.record.timestamp}${left}`;
    case 'snapshot':
      return `snapshot ${event.checkpoint.number}`;
    case 'job':
      return `job ${event.event.type}`;
    default:
      return `${who}${event.type}${left}`;
  }
};

function pipeline() {
  const clock = manualClock(0);
  const [a, b] = [new Subject<Item>(), new Subject<Item>()];
  const options = { clock, maxFuture: 1_000, idleAfter: 500 } as const;
  const all = union(timed(a, { ...options, name: 'a' }), timed(b, { ...options, name: 'b' })).pipe(
    windowBy(tumbling(10), { name: 'w', aggregate: count() }),
  );
  return { clock, a, b, recording: record(all) };
}

describe('inspection', () => {
  it('tells elements, watermarks, panes, drops and idleness, in the order in which they come', () => {
    const { clock, a, b, recording } = pipeline();
    const said: string[] = [];
    const subscription = inspect(recording).subscribe(event => said.push(brief(event)));
    a.next(at(5));
    b.next(at(12));
    a.next(at(15));
    b.next(at(3));
    a.next(at(5_000));
    clock.advanceTo(600);
    expect(said).toEqual([
      'a element 5',
      'a W5',
      'b element 12',
      'b W12',
      'w W5',
      'a element 15',
      'a W15',
      'w on-time 0: 1',
      'w W12',
      'b element 3',
      'w expired 3',
      'a future 5000',
      'a idle',
      'b idle',
      'w W15',
      'w idle',
    ]);
    subscription.unsubscribe();
    a.next(at(20));
    expect(said.length).toBe(16);
    expect(recording['~graph'].listeners.size).toBe(0);
  });

  it('tells only the kinds and operators that are wanted', () => {
    const { a, b, recording } = pipeline();
    const said: string[] = [];
    inspect(recording, { kinds: ['element', 'watermark'], operators: ['b', 'w'] }).subscribe(event => said.push(brief(event)));
    a.next(at(5));
    b.next(at(12));
    expect(said).toEqual(['b element 12', 'b W12', 'w W5']);
    const graph = recording['~graph'];
    inspect(recording, { kinds: ['snapshot', 'job'] }).subscribe();
    expect(graph.listeners.size).toBe(1);
  });

  it('leaves out what comes too fast, and says how much', () => {
    const { clock, a, recording } = pipeline();
    const said: string[] = [];
    inspect(recording, { kinds: ['element'], perSecond: 2 }).subscribe(event => said.push(brief(event)));
    for (let t = 0; t < 5; t++) a.next(at(t));
    clock.advanceTo(1_000);
    a.next(at(6));
    expect(said).toEqual(['a element 0', 'a element 1', 'a element 6 (3 left out)']);
    const all: string[] = [];
    inspect(recording, { kinds: ['element'], perSecond: Infinity }).subscribe(event => all.push(brief(event)));
    for (let t = 0; t < 500; t++) a.next(at(t));
    expect(all.length).toBe(500);
  });

  it('does no harm if a listener throws or leaves in the midst of an event', async () => {
    const { a, b, recording } = pipeline();
    const errors: unknown[] = [];
    const { onUnhandledError } = (await import('rxjs')).config;
    const { config } = await import('rxjs');
    config.onUnhandledError = error => void errors.push(error);
    const said: string[] = [];
    inspect(recording, { kinds: ['pane'] }).subscribe(() => {
      throw new Error('boom');
    });
    const leaving = inspect(recording, { kinds: ['pane'] }).subscribe(() => leaving.unsubscribe());
    inspect(recording, { kinds: ['pane'] }).subscribe(event => said.push(brief(event)));
    a.next(at(5));
    a.next(at(25));
    b.next(at(25));
    await new Promise(resolve => setTimeout(resolve));
    config.onUnhandledError = onUnhandledError;
    expect(said).toEqual(['w on-time 0: 1']);
    expect(recording.take().length).toBe(1);
    expect(errors.map(String)).toEqual(['Error: boom']);
  });

  it('of a job goes on through its lives, and tells checkpoints and what else happens to it', async () => {
    let lives = 0;
    const source = new Observable<Item>(subscriber => {
      subscriber.next(at(++lives));
      if (lives === 1) subscriber.error(new Error('boom'));
    });
    const stream = eventTime(atMostOnce(source), { name: 's', timestamp: (item: Item) => item.t });
    const job = run(stream.pipe(windowBy(tumbling(10), { name: 'w', aggregate: count() })), {
      name: 'job',
      clock: manualClock(0),
      restart: { delay: 0 },
    });
    const said: string[] = [];
    let over = false;
    inspect(job, { kinds: ['element', 'snapshot', 'job'] }).subscribe({
      next: event => said.push(brief(event)),
      complete: () => void (over = true),
    });
    const begun = (): Promise<void> =>
      new Promise(resolve => job.events.subscribe((event: JobEvent) => event.type === 'started' && resolve()));
    await begun();
    await begun();
    await job.stop({ drain: true });
    expect(said.filter(line => !/^job (log|state)/.test(line))).toEqual([
      'job started',
      's element 1',
      'job restarting',
      'job started',
      's element 2',
      'snapshot 1',
    ]);
    expect(over).toBe(true);
    expect(job['~graph'].listeners.size).toBe(0);
  });

  it('refuses what it does not know', () => {
    const { recording } = pipeline();
    expect(refusal(() => inspect(recording, { operators: ['x'] }))).toBe(
      'BAD_OPTION: inspect: no operator is called "x". There are: a, b, a+b, w.',
    );
    for (const options of [{ kinds: ['tap'] }, { perSecond: 0 }, { operators: 'w' }, { rate: 5 }])
      expect(refusal(() => inspect(recording, options as never))).toMatch(/^BAD_OPTION: inspect: /);
  });
});

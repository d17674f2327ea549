import {
  concatWith,
  endWith,
  filter,
  finalize,
  map,
  mergeWith,
  type OperatorFunction,
  of,
  repeat,
  Subject,
  Subscription,
  scan,
  share,
  take,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { eventTime } from '../../src/operators/eventTime.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { LiftedRun } from '../../src/stream/lifted.js';
import type { Connectable, EventSink } from '../../src/stream/sink.js';
import { plainContext } from '../../src/stream/systemClock.js';
import { tumbling } from '../../src/windows/tumbling.js';

/** A stream under the hand of the test, which counts who listens. */
class Source implements Connectable<number> {
  readonly sinks: EventSink<number>[] = [];
  open = 0;

  connect(sink: EventSink<number>): Subscription {
    this.sinks.push(sink);
    this.open++;
    return new Subscription(() => this.open--);
  }

  get last(): EventSink<number> {
    return this.sinks.at(-1) as EventSink<number>;
  }
}

/** A sink that writes down what it hears. */
function recorder(): EventSink<unknown> & { readonly heard: string[] } {
  const heard: string[] = [];
  return {
    closed: false,
    heard,
    next: (value, timestamp, diff) => void heard.push(`${diff === 1 ? '' : '-'}${String(value)}@${timestamp}`),
    watermark: time => void heard.push(`w${time}`),
    idle: () => void heard.push('idle'),
    error: error => void heard.push(`error ${String(error)}`),
    complete: () => void heard.push('done'),
  };
}

function lift(...steps: OperatorFunction<any, any>[]) {
  const source = new Source();
  const run = new LiftedRun<number, unknown>(source, steps);
  return { source, run };
}

describe('LiftedRun', () => {
  it('sends values through and time around', () => {
    const { source, run } = lift(
      filter((x: number) => x > 0),
      map(x => x * 10),
    );
    const sink = recorder();
    run.connect(sink, plainContext);
    source.last.next(1, 5, 1);
    source.last.watermark(5);
    source.last.next(-1, 7, 1);
    source.last.idle();
    source.last.next(1, 5, -1);
    source.last.complete();
    expect(sink.heard).toEqual(['10@5', 'w5', 'idle', '-10@5', 'done']);
  });

  it('stamps what comes on complete by the latest element', () => {
    const { source, run } = lift(endWith(0), concatWith(of(8)));
    const sink = recorder();
    run.connect(sink, plainContext);
    source.last.next(1, 9, 1);
    source.last.next(2, 4, -1);
    source.last.complete();
    expect(sink.heard).toEqual(['1@9', '-2@4', '0@9', '8@9', 'done']);
  });

  it('has no time for what comes of no element at all', () => {
    const { source, run } = lift(endWith(0));
    const sink = recorder();
    run.connect(sink, plainContext);
    source.last.complete();
    expect(sink.heard).toEqual(['0@NaN', 'done']);
  });

  it('marks what emits by itself, but not what emits because of an element', () => {
    const side = new Subject<number>();
    const { source, run } = lift(mergeWith(side));
    const sink = recorder();
    const feeding: EventSink<unknown> = {
      ...sink,
      next(value, timestamp, diff) {
        sink.next(value, timestamp, diff);
        if (value === 1) side.next(2);
      },
    };
    run.connect(feeding, plainContext);
    side.next(3);
    source.last.next(1, 5, 1);
    expect(sink.heard).toEqual(['3@NaN', '1@5', '2@5']);
  });

  it('keeps the time of the outer call when the run is entered again from within', () => {
    const { source, run } = lift(map(x => x));
    const heard: string[] = [];
    const sink = recorder();
    const outer: EventSink<unknown> = {
      ...sink,
      next(value, timestamp) {
        heard.push(`${String(value)}@${timestamp}`);
        if (value === 1) {
          source.last.next(2, 50, 1);
          heard.push('back');
        }
      },
    };
    run.connect(outer, plainContext);
    source.last.next(1, 5, 1);
    source.last.next(3, 6, 1);
    expect(heard).toEqual(['1@5', '2@50', 'back', '3@6']);
  });

  it('passes errors of upstream and of the lambdas on, and lets go', () => {
    const { source, run } = lift(
      map((x: number) => {
        if (x === 2) throw new Error('user');
        return x;
      }),
    );
    const [first, second] = [recorder(), recorder()];
    run.connect(first, plainContext);
    source.last.error(new Error('upstream'));
    expect([first.heard, source.open]).toEqual([['error Error: upstream'], 0]);
    run.connect(second, plainContext);
    source.last.next(2, 0, 1);
    expect([second.heard, source.open, source.last.closed]).toEqual([['error Error: user'], 0, true]);
  });

  it('is done upstream when the run completes by itself', () => {
    const { source, run } = lift(take(1));
    const sink = recorder();
    run.connect(sink, plainContext);
    source.last.next(1, 5, 1);
    source.last.watermark(6);
    expect([sink.heard, source.open, source.last.closed]).toEqual([['1@5', 'done'], 0, true]);
  });

  it('lets go when unsubscribed', () => {
    let torn = 0;
    const { source, run } = lift(finalize(() => torn++));
    const sink = recorder();
    run.connect(sink, plainContext).unsubscribe();
    source.last.watermark(7);
    expect([torn, source.open, sink.heard]).toEqual([1, 0, []]);
  });

  it('gives each connection a run of its own', () => {
    const { source, run } = lift(scan((sum: number, x: number) => sum + x, 0));
    const [first, second] = [recorder(), recorder()];
    run.connect(first, plainContext);
    run.connect(second, plainContext);
    source.sinks[0]?.next(1, 5, 1);
    source.sinks[1]?.next(2, 6, 1);
    source.sinks[0]?.watermark(7);
    expect([first.heard, second.heard]).toEqual([['1@5', 'w7'], ['2@6']]);
  });

  it('tells all who share a run of its time, and no more who have left', () => {
    const { source, run } = lift(share());
    const [first, second] = [recorder(), recorder()];
    run.connect(first, plainContext);
    const leaving = run.connect(second, plainContext);
    source.last.next(1, 5, 1);
    source.last.watermark(6);
    leaving.unsubscribe();
    source.last.next(2, 7, 1);
    source.last.watermark(8);
    expect([source.sinks.length, first.heard, second.heard]).toEqual([1, ['1@5', 'w6', '2@7', 'w8'], ['1@5', 'w6']]);
  });

  it('goes on with the time of the next subscription that the run opens', () => {
    const { source, run } = lift(repeat(2));
    const sink = recorder();
    run.connect(sink, plainContext);
    source.last.next(1, 5, 1);
    source.last.complete();
    source.last.next(2, 6, 1);
    source.last.watermark(7);
    source.last.complete();
    expect(sink.heard).toEqual(['1@5', '2@6', 'w7', 'done']);
  });
});

describe('a run before a source that never ends', () => {
  it('is left when nobody behind it wants more', () => {
    let read = 0;
    function* endless(): Generator<{ at: number }> {
      for (;;) yield { at: read++ };
    }
    const seen: number[] = [];
    eventTime(endless(), { timestamp: e => e.at, maxFuture: false })
      .pipe(
        map(e => e),
        windowBy(tumbling(10), { aggregate: count() }),
        take(2),
      )
      .subscribe(pane => seen.push(pane.window.start));
    expect([seen, read < 30]).toEqual([[0, 10], true]);
  });
});

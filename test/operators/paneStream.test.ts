import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import type { AccumulationMode, Pane } from '../../src/engine/pane.js';
import { finals } from '../../src/operators/finals.js';
import { latenessOf, PaneStream } from '../../src/operators/paneStream.js';
import { union } from '../../src/operators/union.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { tumbling } from '../../src/windows/tumbling.js';

const panes = (allowedLateness: number, accumulation: AccumulationMode = 'accumulating') =>
  testStream<string>().pipe(windowBy(tumbling(10), { aggregate: count(), allowedLateness, accumulation }));

describe('latenessOf', () => {
  it('is the largest of the nearest windows, through stock operators, unions and views', () => {
    expect(latenessOf('here', panes(7))).toBe(7);
    expect(latenessOf('here', union(panes(7).pipe(map(pane => pane)), panes(9)).pipe(finals()))).toBe(9);
    expect(latenessOf('here', panes(7).pipe(windowBy(tumbling(100), { aggregate: count() })))).toBe(0);
  });

  it('refuses a stream of which one input shows no windows, or that does not accumulate', () => {
    expect(() => latenessOf('here', union(panes(7), testStream<Pane<undefined, number>>()))).toThrow(
      'here: its source must be made by windowBy(), but came as "testStream".',
    );
    expect(() => latenessOf('here', panes(0, 'discarding'))).toThrow(/^here: .*"discarding"\. Set it in windowBy/);
    expect(() => latenessOf('here', panes(0, 'retracting').pipe(map(pane => pane)), 'Do so.')).toThrow(/"retracting"\. Do so\.$/);
    expect(latenessOf('here', panes(3, 'retracting'))).toBe(3);
    expect(latenessOf('here', panes(3, 'retracting').pipe(finals()), 'Do so.')).toBe(3);
  });
});

describe('PaneStream', () => {
  it('does one step after the other, keeps watermarks in order, and says nothing after the end', () => {
    const source = testStream<Pane<string, number>>();
    const heard: string[] = [];
    const end: { say?: () => void } = {};
    const pane = { key: 'a', window: { start: 0, end: 10 }, timestamp: 9 } as Pane<string, number>;
    const stream = new PaneStream<string, number, Pane<string, number>>('test', source as never, 0, (_windows, say, step) => {
      end.say = () => step(() => say(pane));
      return {
        pane: () => {
          source.advanceWatermarkTo(20);
          heard.push('pane');
          say(pane);
        },
        advance(time) {
          if (time === 20) source.advanceWatermarkTo(30);
          heard.push(`advance ${time}`);
        },
      };
    });
    const out = record(stream);
    source.add(pane, 9);
    expect(heard).toEqual(['pane', 'advance 20', 'advance 30']);
    expect(out.takeWatermarks()).toEqual([20, 30]);
    source.complete();
    end.say?.();
    expect(out.take()).toEqual([pane]);
    expect([out.completed, out.error]).toEqual([true, undefined]);
  });

  it('says nothing more once it is let go of, be it in the middle of a step', () => {
    const source = testStream<Pane<string, number>>();
    const pane = { key: 'a', window: { start: 0, end: 10 }, timestamp: 9 } as Pane<string, number>;
    const stream = new PaneStream<string, number, Pane<string, number>>('test', source as never, 0, (_windows, say) => ({
      pane() {},
      advance() {
        say(pane);
        say(pane);
      },
    }));
    const heard: string[] = [];
    const sink = {
      closed: false,
      next: () => {
        heard.push('pane');
        subscription.unsubscribe();
      },
      watermark: () => void heard.push('watermark'),
      idle() {},
      error() {},
      complete() {},
    };
    const subscription = stream.connect(sink, { clock: source.clock, state: undefined });
    source.advanceWatermarkTo(20).advanceWatermarkTo(30);
    expect(heard).toEqual(['pane']);
  });
});

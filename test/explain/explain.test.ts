/** That what is said is true is held against the future of the same run: nothing more comes, and time goes on step by step. */
import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Pane } from '../../src/engine/pane.js';
import { stateOn } from '../../src/engine/stateOn.js';
import type { OpenState } from '../../src/engine/workingState.js';
import {
  afterCount,
  afterProcessingTime,
  afterWatermark,
  boundedOutOfOrderness,
  collect,
  count,
  countWindow,
  eventTime,
  explain,
  finals,
  globalWindow,
  joinWith,
  mapAsync,
  repeatedly,
  session,
  sliding,
  tumbling,
  union,
  windowBy,
} from '../../src/index.js';
import { orderedMemory } from '../../src/storages/orderedMemory.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { type Recording, record, type Snapshot } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import type { TraceElement } from '../../src/testing/trace.js';
import { tracePipeline } from '../../src/testing/tracePipeline.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { alignedScenarios, type RunStep, runs, type Scenario, sessionScenarios } from '../properties/arbitraries.js';
import { refusal } from '../support.js';

/** A run that can be begun again where it stands. */
class Trial {
  readonly #spec: Scenario['spec'];
  #drops: string[] = [];
  source = testStream<TraceElement>({ start: 0 });
  recording: Recording<Pane<unknown, unknown>>;

  constructor(spec: Scenario['spec'], from?: Snapshot, state?: OpenState) {
    this.#spec = spec;
    const stream = tracePipeline(spec)(this.source, late => void this.#drops.push(late.reason));
    this.recording = record(stream, { ...(from && { from }), state });
  }

  step(step: RunStep): void {
    if ('element' in step) this.source.add(step.element, step.element.timestamp);
    else if ('watermark' in step) this.source.advanceWatermarkTo(Math.max(step.watermark, this.source.watermark));
    else if ('processingTime' in step) this.source.advanceProcessingTimeTo(Math.max(step.processingTime, this.source.clock.now()));
  }

  /** What it would be from here on, by the same clock. */
  again(clock: number): Trial {
    const other = new Trial(this.#spec, this.recording.snapshot());
    other.source.advanceProcessingTimeTo(clock);
    other.take();
    return other;
  }

  take(): Pane<unknown, unknown>[] {
    return this.recording.take().filter(pane => !pane.retraction);
  }

  takeDrops(): string[] {
    return this.#drops.splice(0);
  }
}

interface Coming {
  readonly at: number;
  readonly pane: Pane<unknown, unknown>;
}

/** The panes that come if time alone goes on, one step after the other, and when. */
function futureOf(trial: Trial, from: number): Coming[] {
  const coming: Coming[] = [];
  const reach = (at: number): void => {
    trial.source.advanceWatermarkTo(at);
    for (const pane of trial.take()) coming.push({ at, pane });
  };
  for (let at = from; at <= 80; at++) reach(at);
  reach(END_OF_TIME);
  return coming;
}

/** A part of `afterAll` that is due for an instant only is missed if the others are not due then. */
const isSure = ({ spec }: Scenario): boolean => !/"afterAll".*"everyEventTime"/.test(JSON.stringify(spec.trigger));

function checkClaims(scenario: Scenario, state?: OpenState): void {
  fc.pre(isSure(scenario));
  const { spec, steps } = scenario;
  const trial = new Trial(spec, undefined, state);
  let watermark = -6;
  let clock = 0;
  for (const step of steps.slice(0, -1)) {
    trial.step(step);
    if ('watermark' in step) watermark = Math.max(watermark, step.watermark);
    if ('processingTime' in step) clock = Math.max(clock, step.processingTime);
  }
  const kind = (trial.recording['~graph'].outputs[0] as { readonly kind: string }).kind;
  const future = futureOf(trial.again(clock), watermark + 1);
  const aligned = spec.window.kind === 'tumbling' || spec.window.kind === 'sliding' || spec.window.kind === 'cumulative';
  for (const key of ['a', 'b']) {
    for (let at = -5; at <= 20; at += 3) {
      const why = explain(trial.recording, kind, key, at);
      const said = future.filter(({ pane }) => pane.key === key && pane.window.start <= at && at < pane.window.end);
      if (why.status === 'waiting') {
        const own = said.find(({ pane }) => pane.window.start === why.window?.start && pane.window.end === why.window.end);
        expect({ why: String(why), until: own?.at }).toEqual({ why: String(why), until: why.until });
      } else expect({ why: String(why), said }).toEqual({ why: String(why), said: [] });
      if (!aligned || (why.status !== 'expired' && why.status !== 'empty') || why.window === undefined) continue;
      const other = trial.again(clock);
      other.source.add({ key, value: 1, timestamp: at }, at);
      expect({ why: String(why), drops: other.takeDrops() }).toEqual({
        why: String(why),
        drops: why.status === 'expired' ? ['expired'] : [],
      });
    }
  }
}

const claims = (scenarios: fc.Arbitrary<Scenario>, times: number, state?: OpenState): void =>
  fc.assert(
    fc.property(scenarios, scenario => checkClaims(scenario, state)),
    { numRuns: runs(times) },
  );

describe('what is explained comes true', () => {
  it('of aligned windows, whatever the trigger', () => claims(alignedScenarios, 250), 120_000);

  it('of sessions', () => claims(sessionScenarios, 250), 120_000);

  it('of state in tables', async () => {
    const state = await stateOn(orderedMemory(), { cache: 1 }).open();
    claims(fc.oneof(alignedScenarios, sessionScenarios), 150, state);
  }, 120_000);
});

interface Landing {
  readonly airport: string;
  readonly at: number;
  readonly runway?: number;
}

const at = (time: string): number => Date.parse(`2024-03-31T${time}Z`);
const landed = (airport: string, time: string, runway = 0): Landing => ({ airport, at: at(time), runway });
const perHour = { name: 'delays', key: (landing: Landing) => landing.airport, aggregate: count() };
const lines = (why: unknown): string[] => String(why).split('\n');
const codes = (why: ReturnType<typeof explain>): string[] => why.reasons.map(({ code }) => code);

/** Landings of several runways, each a source of its own, with a watermark 5 minutes behind. */
function flights(options: { readonly idleAfter?: '4m' } = {}) {
  const clock = manualClock(at('11:00'));
  const source = new Subject<Landing>();
  const stream = eventTime(source, {
    name: 'flights',
    timestamp: landing => landing.at,
    watermark: boundedOutOfOrderness('5m'),
    source: landing => landing.runway,
    clock,
    ...options,
  });
  return { clock, source, stream };
}

describe('an explanation', () => {
  it('names the source that holds the watermark back, and what to do', () => {
    const { source, stream } = flights();
    const recording = record(stream.pipe(windowBy(tumbling('1h'), perHour)));
    for (const landing of [landed('AMS', '10:57:10', 3), landed('AMS', '11:20', 0), landed('AMS', '11:30', 1)]) source.next(landing);
    const why = explain(recording, 'delays', 'AMS', at('10:30'));
    expect(lines(why)).toEqual([
      'delays ["AMS", 2024-03-31T10:00Z to 11:00Z) waits: its next pane comes when the watermark reaches 11:00Z, and the watermark is at 10:52:10Z.',
      '  flights[3] is at 10:52:10Z, 5m behind its latest event, of 10:57:10Z. Set idleAfter on eventTime "flights", so that a source that is silent does not hold the others back.',
    ]);
    expect({ ...why.reasons[0] }).toMatchObject({
      code: 'watermark-behind',
      operator: 'flights',
      input: 3,
      watermark: at('10:52:10'),
      until: at('11:00'),
      lastEvent: at('10:57:10'),
      elements: 1,
      silentFor: undefined,
      others: 0,
    });
    source.next(landed('AMS', '11:06', 3));
    expect(recording.take().map(pane => pane.value)).toEqual([1]);
  });

  it('says for how long a source has been silent, and when it is left out, where that is known', () => {
    const { clock, source, stream } = flights({ idleAfter: '4m' });
    const recording = record(stream.pipe(windowBy(tumbling('1h'), perHour)));
    source.next(landed('AMS', '10:20', 3));
    clock.advanceTo(at('11:03'));
    source.next(landed('AMS', '11:20', 0));
    expect(lines(explain(recording, 'delays', 'AMS', at('10:30'))).slice(1)).toEqual([
      '  flights[3] is at 10:15Z, 5m behind its latest event, of 10:20Z; nothing has come from it for 3m. If it stays silent, it holds nobody back any more in 1m.',
    ]);
  });

  it('tells that all are idle, and time stands still', () => {
    const { clock, source, stream } = flights({ idleAfter: '4m' });
    const recording = record(stream.pipe(windowBy(tumbling('1h'), perHour)));
    source.next(landed('AMS', '10:20', 3));
    clock.advanceTo(at('11:05'));
    const why = explain(recording, 'delays', 'AMS', at('10:30'));
    expect([why.status, ...codes(why)]).toEqual(['waiting', 'idle-all']);
    expect(lines(why)[1]).toBe(
      "  flights is idle: time stands still at 2024-03-31T10:15Z. It goes on with the next element. Windows that cannot wait for one need an early trigger by the clock: afterWatermark({ early: afterProcessingTime('1m') }).",
    );
  });

  it('follows the watermark through a union, a call in flight and windows over panes', async () => {
    const clock = manualClock(at('11:00'));
    const [a, b] = [new Subject<Landing>(), new Subject<Landing>()];
    const timed = (source: Subject<Landing>, name: string) => eventTime(source, { name, timestamp: landing => landing.at, clock });
    let answer = (): void => undefined;
    const all = union(timed(a, 'a'), timed(b, 'b')).pipe(
      mapAsync(landing => (landing.airport === 'slow' ? new Promise<Landing>(resolve => (answer = () => resolve(landing))) : landing), {
        concurrency: 4,
        name: 'lookUp',
      }),
      windowBy(tumbling('1h'), { ...perHour, timestampCombiner: 'earliest', allowedLateness: '30m' }),
      finals(),
      windowBy(tumbling('1d'), { name: 'days', aggregate: count() }),
    );
    const recording = record(all);
    a.next(landed('AMS', '10:10'));
    const held = () => explain(recording, 'days', undefined, at('10:30')).reasons.map(({ code, operator }) => `${code}: ${operator}`);
    expect(held()).toEqual(['no-elements: days', 'watermark-behind: a', 'watermark-behind: b']);
    b.next(landed('slow', '12:00'));
    a.next(landed('AMS', '12:00'));
    expect(explain(recording, 'delays', 'AMS', at('10:30')).reasons.map(String)).toEqual([
      'lookUp has 2 elements inside, 1 call in flight, and time does not pass them: the oldest is for an element of 12:00Z. Give it a timeout, so that a call that hangs ends, or a higher concurrency.',
    ]);
    answer();
    await new Promise(resolve => setImmediate(resolve));
    // Of 11:00 one is out, and the final pane of that hour comes with 11:30.
    expect(explain(recording, 'delays', 'AMS', at('10:30')).status).toBe('expired');
    expect(explain(recording, 'days', undefined, at('10:30')).status).toBe('waiting');
  });

  it('explains the windows of a join, of which each side may hold the other', () => {
    const left = testStream<Landing>({ start: at('10:00') });
    const right = testStream<Landing>({ clock: left.clock });
    const key = (landing: Landing): string => landing.airport;
    const select = (): number => 1;
    const recording = record(left.pipe(joinWith(right, { window: tumbling('1h'), leftKey: key, rightKey: key, select, name: 'pairs' })));
    left.add(landed('AMS', '10:10'), at('10:10')).advanceWatermarkTo(at('11:10'));
    right.add(landed('RTM', '10:15'), at('10:15')).advanceWatermarkTo(at('10:20'));
    const why = explain(recording, 'pairs', 'AMS', at('10:30'));
    expect([why.status, why.until, why.watermark]).toEqual(['waiting', at('11:00'), at('10:20')]);
    expect(why.reasons.map(String)).toEqual(['testStream is at 10:20Z.']);
    expect(explain(recording, 'pairs', 'XXX', at('10:30')).window).toEqual({ start: at('10:00'), end: at('11:00') });
  });

  it('says what a trigger waits for', () => {
    const source = testStream<Landing>({ start: at('10:00') });
    const early = afterWatermark<Landing>({ early: afterCount(100) });
    const clocked = repeatedly(afterProcessingTime('5m'));
    const recording = record(
      source.pipe(
        windowBy(tumbling('1h'), { ...perHour, trigger: early }),
        windowBy(tumbling('1d'), { name: 'days', aggregate: count(), trigger: clocked }),
      ),
    );
    source.add(landed('AMS', '10:10'), at('10:10'));
    const why = explain(recording, 'delays', 'AMS', at('10:30'));
    expect(String(why.reasons[0])).toBe(
      'Its trigger, afterWatermark({ early: afterCount(100) }), waits until the watermark reaches 11:00Z, or until 99 more elements of the window have come.',
    );
    source.advanceWatermarkTo(at('11:00'));
    const days = explain(recording, 'days', undefined, at('10:30'));
    expect(String(days.reasons[0])).toBe(
      'Its trigger, repeatedly(afterProcessingTime(5m)), waits until the clock is at 2024-03-31T10:05Z, in 5m.',
    );
    expect(days.until).toBe(at('00:00') + 86_400_000);
  });

  it('tells windows that have fired, have expired, were closed, and never were; and which elements were dropped', () => {
    const source = testStream<Landing>({ start: at('10:00') });
    const recording = record(source.pipe(windowBy(tumbling('1h'), { ...perHour, allowedLateness: '30m' })));
    const once = testStream<Landing>({ start: at('10:00') });
    const closing = record(once.pipe(windowBy(tumbling('1h'), { ...perHour, trigger: afterCount(1), finishing: 'allow' })));
    source.add(landed('AMS', '10:10'), at('10:10')).advanceWatermarkTo(at('11:10'));
    expect(lines(explain(recording, 'delays', 'AMS', at('10:30')))).toEqual([
      'delays ["AMS", 2024-03-31T10:00Z to 11:00Z) has fired: the watermark is at 11:10Z.',
      '  It has said a pane, and no element has come since. It takes late elements until the watermark reaches 11:30Z.',
    ]);
    source.advanceWatermarkTo(at('11:30')).add(landed('AMS', '10:50'), at('10:50'));
    const expired = explain(recording, 'delays', 'AMS', { start: at('10:00'), end: at('11:00') });
    expect([expired.status, ...codes(expired)]).toEqual(['expired', 'expired', 'dropped']);
    expect(lines(expired).at(-1)).toBe(
      '  delays has dropped 1 element as expired. The last that may belong here is {"airport":"AMS","at":1711882200000,"runway":0} of 2024-03-31T10:50Z, 40m behind the watermark, which was at 2024-03-31T11:30Z. To count them, set a longer allowedLateness, or a longer bound of the watermark; to see them, the option late.',
    );
    expect(codes(explain(recording, 'delays', 'RTM', at('10:30')))).toEqual(['expired']);
    expect(lines(explain(recording, 'delays', 'RTM', at('11:30')))).toEqual([
      'delays ["RTM", 2024-03-31T11:00Z to 12:00Z) is empty: the watermark is at 11:30Z.',
      '  No element of the key "RTM" has come to it.',
      '  testStream is at 11:30Z.',
    ]);
    once.add(landed('AMS', '10:10'), at('10:10')).add(landed('AMS', '10:11'), at('10:11'));
    expect(codes(explain(closing, 'delays', 'AMS', at('10:30')))).toEqual(['closed', 'dropped']);
  });

  it('explains the first window of an instant that waits, and exactly the one that is asked about', () => {
    const source = testStream<Landing>({ start: at('10:00') });
    const recording = record(source.pipe(windowBy(sliding('1h', '30m'), perHour)));
    source.add(landed('AMS', '10:40'), at('10:40')).advanceWatermarkTo(at('11:00'));
    const first = explain(recording, 'delays', 'AMS', at('10:40'));
    expect([first.window, first.status]).toEqual([{ start: at('10:30'), end: at('11:30') }, 'waiting']);
    const window = { start: at('10:00'), end: at('11:00') };
    expect(explain(recording, 'delays', 'AMS', window).status).toBe('expired');
    expect(refusal(() => explain(recording, 'delays', 'AMS', { start: at('10:10'), end: at('11:00') }))).toMatch(
      /^BAD_OPTION: explain: the window must be one of windowBy/,
    );
  });

  it('knows the session of an instant, the window of all time, and count windows', () => {
    const source = testStream<Landing>({ start: at('10:00') });
    const stream = source.pipe(windowBy(session('10m'), perHour));
    const sessions = record(stream);
    const forever = record(source.pipe(windowBy(globalWindow(), { ...perHour, name: 'ever' })));
    const tens = record(source.pipe(windowBy(countWindow(10), { ...perHour, name: 'tens' })));
    source.add(landed('AMS', '10:10'), at('10:10')).add(landed('AMS', '10:15'), at('10:15'));
    expect(explain(sessions, 'delays', 'AMS', at('10:20')).window).toEqual({ start: at('10:10'), end: at('10:25') });
    const none = explain(sessions, 'delays', 'AMS', at('10:30'));
    expect([none.status, none.window, lines(none)[0]]).toEqual(['empty', undefined, 'delays ["AMS") is empty: there is no watermark yet.']);
    expect(explain(forever, 'ever', 'AMS', at('10:20')).until).toBe(END_OF_TIME);
    expect(lines(explain(tens, 'tens', 'AMS', at('10:20')))[1]).toContain('waits until 8 more elements of the window have come.');
    source.advanceWatermarkTo(at('10:40'));
    expect(explain(sessions, 'delays', 'AMS', at('10:20')).status).toBe('expired');
  });

  it('refuses operators that are not there, and what is no time', () => {
    const { stream } = flights();
    const recording = record(stream.pipe(windowBy(tumbling('1h'), perHour)));
    expect(refusal(() => explain(recording, 'other', 'AMS', 5))).toBe(
      'BAD_OPTION: explain: no windows are called "other". There are: "delays".',
    );
    expect(refusal(() => explain(record(stream), 'other', 'AMS', 5))).toBe(
      'BAD_OPTION: explain: no windows are called "other". None has a name: windowBy(..., { name }).',
    );
    expect(refusal(() => explain(recording, 'delays', 'AMS', 'now' as never))).toMatch(/^BAD_OPTION: explain "delays": its last argument/);
    expect(refusal(() => explain(recording, 'delays', Symbol('AMS'), at('10:30')))).toMatch(/^BAD_KEY/);
  });

  it('changes nothing, also in the midst of a step', () => {
    const source = testStream<Landing>({ start: at('10:00') });
    const seen: string[] = [];
    const recording: Recording<unknown> = record(
      source.pipe(
        windowBy(tumbling('1h'), {
          ...perHour,
          aggregate: collect<Landing>(),
          late: { next: () => void seen.push(explain(recording, 'delays', 'AMS', at('10:30')).status) },
        }),
      ),
    );
    source.add(landed('AMS', '10:10'), at('10:10'));
    const before = recording.snapshot();
    explain(recording, 'delays', 'AMS', at('10:30'));
    explain(recording, 'delays', 'RTM', at('10:30'));
    expect(recording.snapshot()).toEqual(before);
    source.advanceWatermarkTo(at('11:00')).add(landed('AMS', '10:20'), at('10:20'));
    expect(seen).toEqual(['expired']);
  });
});

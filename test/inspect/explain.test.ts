/** That what is said is true is held against the future of the same run: nothing more comes, and time goes on step by step. */
import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Pane } from '../../src/engine/pane.js';
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

  constructor(spec: Scenario['spec'], from?: Snapshot) {
    this.#spec = spec;
    const stream = tracePipeline(spec)(this.source, late => void this.#drops.push(late.reason));
    this.recording = record(stream, from && { from });
  }

  step(step: RunStep): void {
    if ('element' in step) this.source.add(step.element, step.element.timestamp);
    else if ('watermark' in step) this.source.advanceWatermarkTo(step.watermark);
    else if ('processingTime' in step) this.source.advanceProcessingTimeTo(step.processingTime);
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

function checkClaims(scenario: Scenario): void {
  fc.pre(isSure(scenario));
  const { spec, steps } = scenario;
  const trial = new Trial(spec);
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
      expect({ why: String(why), drops: other.takeDrops() }).toEqual({ why: String(why), drops: why.status === 'expired' ? ['expired'] : [] });
    }
  }
}

describe('what is explained comes true', () => {
  it('of aligned windows, whatever the trigger', () => {
    fc.assert(fc.property(alignedScenarios, checkClaims), { numRuns: runs(400) });
  }, 120_000);

  it('of sessions', () => {
    fc.assert(fc.property(sessionScenarios, checkClaims), { numRuns: runs(400) });
  }, 120_000);
});

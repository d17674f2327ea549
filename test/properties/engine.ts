/** Runs a scenario through the public operators and through the reference model, step by step. */
import type { LateRecord, Pane } from '../../src/engine/pane.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import type { TraceElement } from '../../src/testing/trace.js';
import { tracePipeline } from '../../src/testing/tracePipeline.js';
import type { RunStep, Scenario } from './arbitraries.js';
import { Model, type ModelPane } from './model.js';

/** What one step gave: panes in order, and the reasons of what was dropped. */
export interface Said {
  readonly step: RunStep;
  readonly panes: readonly ModelPane[];
  readonly drops: readonly string[];
}

/** The steps through the engine, by way of the pipeline of the trace format. */
export function runEngine({ spec, steps }: Scenario, restartAlways = false): Said[] {
  const source = testStream<TraceElement>({ start: 0, time: spec.window.time ?? 'event' });
  let drops: string[] = [];
  const stream = tracePipeline(spec)(source, (late: LateRecord<TraceElement>) => void drops.push(late.reason));
  let recording = record(stream);
  const restart = (): void => {
    const snapshot = recording.snapshot();
    recording.stop();
    recording = record(stream, { from: snapshot });
  };
  return steps.map(step => {
    drops = [];
    if ('element' in step) source.add(step.element, step.element.timestamp);
    else if ('watermark' in step) source.advanceWatermarkTo(Math.max(step.watermark, source.watermark));
    else if ('processingTime' in step) source.advanceProcessingTimeTo(Math.max(step.processingTime, source.clock.now()));
    else restart();
    const panes = recording.take().map(plain);
    if (restartAlways) restart();
    return { step, panes, drops };
  });
}

/** The steps through the model, as far as the semantics say what happens. */
export function runModel({ spec, steps }: Scenario): Said[] {
  const model = new Model(spec, 0);
  const processing = spec.window.time === 'processing';
  const said = (step: RunStep): ModelPane[] => {
    if ('element' in step) {
      if (!processing) return model.element(step.element);
      const before = model.advance(model.clock, model.clock);
      return [...before, ...model.element({ ...step.element, timestamp: model.clock })];
    }
    if ('watermark' in step) return model.advance(step.watermark, model.clock);
    if ('processingTime' in step) return model.advance(processing ? step.processingTime : model.watermark, step.processingTime);
    return [];
  };
  const all: Said[] = [];
  for (const step of steps) {
    const before = { ...model.drops };
    const panes = said(step);
    const { expired, closed } = model.drops;
    all.push({ step, panes, drops: expired > before.expired ? ['expired'] : closed > before.closed ? ['closed'] : [] });
    if (model.unsettled) break;
  }
  return all;
}

function plain(pane: Pane<unknown, unknown>): ModelPane {
  const { key, window, value, timing, index, nonSpeculativeIndex, isFirst, isLast, timestamp, retraction, replaces } = pane;
  return {
    key: key as string,
    start: window.start,
    end: window.end,
    value: Array.isArray(value) ? [...value].sort((a, b) => a - b) : (value as number),
    timing,
    index,
    nonSpeculativeIndex,
    isFirst,
    isLast,
    timestamp,
    retraction,
    replaces: replaces.map(({ start, end }): [number, number] => [start, end]),
  };
}

import { describe, expect, it } from 'vitest';
import { checkTrace } from '../../src/testing/trace.js';
import { refusal } from '../support.js';

const spec = {
  window: { kind: 'tumbling', size: 10 },
  trigger: { kind: 'default' },
  accumulation: 'accumulating',
  allowedLateness: 0,
  aggregate: 'sum',
};
const trace = { name: 'one', spec, steps: [{ watermark: 10, panes: [] }, { restart: true }] };

describe('checkTrace', () => {
  it('takes traces', () => {
    expect(() => checkTrace(trace, 'f')).not.toThrow();
  });

  it.each<[unknown, string]>([
    [undefined, 'a trace must be an object, but came as undefined.'],
    [[trace], 'a trace must be an object, but came as ['],
    [{ ...trace, name: 5 }, 'a trace must have a name, but it came as 5.'],
    [{ ...trace, spec: undefined }, 'trace "one" must have a spec with window and trigger.'],
    [{ ...trace, spec: { ...spec, window: 'tumbling' } }, 'trace "one" must have a spec with window and trigger.'],
    [{ ...trace, spec: { ...spec, trigger: undefined } }, 'trace "one" must have a spec with window and trigger.'],
    [{ ...trace, steps: {} }, 'trace "one" must have an array of steps.'],
    [
      { ...trace, steps: [{ wait: 5 }] },
      'trace "one", step 1 must be one of element, watermark, processingTime, restart, but came as {"wait":5}.',
    ],
    [
      { ...trace, steps: [{ restart: true }, null] },
      'trace "one", step 2 must be one of element, watermark, processingTime, restart, but came as null.',
    ],
    [
      { ...trace, steps: [{ watermark: 1, processingTime: 2 }] },
      'trace "one", step 1 must be one of element, watermark, processingTime, restart, but came as {"watermark":1,"processingTime":2}.',
    ],
    [{ ...trace, steps: [{ watermark: 1, panes: 0 }] }, 'trace "one", step 1: panes must be an array, but came as 0.'],
  ])('refuses %j', (bad, sentence) => {
    expect(refusal(() => checkTrace(bad, 'f'))).toContain(`BAD_TRACE: f: ${sentence}`);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runTrace } from '../../src/testing/runTrace.js';
import type { Trace } from '../../src/testing/trace.js';

const folder = new URL('traces/', import.meta.url);
const files = readdirSync(folder).filter(file => file.endsWith('.json'));

it('there are traces', () => {
  expect(files.length).toBeGreaterThan(0);
});

describe.each(files)('%s', file => {
  const traces = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Trace[];

  it.each(traces.map(trace => [trace.name, trace] as const))('%s', (_name, trace) => {
    expect(runTrace(trace)).toEqual([]);
    expect(runTrace(trace, { restartAlways: true })).toEqual([]);
  });
});

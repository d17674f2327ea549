import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateOn } from '../../src/engine/stateOn.js';
import type { OpenState, WorkingState } from '../../src/engine/workingState.js';
import { lmdb } from '../../src/storages/lmdb.js';
import { orderedMemory } from '../../src/storages/orderedMemory.js';
import { runTrace } from '../../src/testing/runTrace.js';
import type { Trace } from '../../src/testing/trace.js';

const folder = new URL('traces/', import.meta.url);
const files = readdirSync(folder).filter(file => file.endsWith('.json'));

it('there are traces', () => {
  expect(files.length).toBeGreaterThan(0);
});

const working = mkdtempSync(join(tmpdir(), 'tidemark-traces-'));
/** Hardly anything is at hand. */
const STATES: readonly WorkingState[] = [stateOn(orderedMemory(), { cache: 0 }), lmdb(working, { cache: 1 })];
const open: OpenState[] = [];
beforeAll(async () => {
  for (const state of STATES) open.push(await state.open());
});
afterAll(async () => {
  for (const state of open) await state.close();
  rmSync(working, { recursive: true, force: true });
});

describe.each(files)('%s', file => {
  const traces = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Trace[];

  it.each(traces.map(trace => [trace.name, trace] as const))('%s', (_name, trace) => {
    expect(runTrace(trace)).toEqual([]);
    expect(runTrace(trace, { restartAlways: true })).toEqual([]);
    for (const state of open) expect(runTrace(trace, { restartAlways: true, state })).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { collect } from '../../src/aggregates/collect.js';
import { count } from '../../src/aggregates/count.js';
import { mean } from '../../src/aggregates/mean.js';
import { readCheckpoint } from '../../src/checkpoint/readCheckpoint.js';
import { findCheckpoint, readSlots } from '../../src/cli/jobLog.js';
import { identityOf, keyIs, rowsOf, type StateRow } from '../../src/cli/stateRows.js';
import { stateOn } from '../../src/engine/stateOn.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import { memory } from '../../src/job/memory.js';
import { replayable } from '../../src/job/replayable.js';
import { run } from '../../src/job/run.js';
import { world } from '../../src/job/world.js';
import { eventTime } from '../../src/operators/eventTime.js';
import { windowBy } from '../../src/operators/windowBy.js';
import type { SavedState } from '../../src/state/cut.js';
import { memoryStorage } from '../../src/storages/memoryStorage.js';
import { orderedMemory } from '../../src/storages/orderedMemory.js';
import { boundedOutOfOrderness } from '../../src/time/boundedOutOfOrderness.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { session } from '../../src/windows/session.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';

interface Reading {
  readonly at: number;
  readonly key: string;
}

const readings: readonly Reading[] = [1, 2, 11, 13, 14].map(at => ({ at, key: at % 2 ? 'odd' : 'even' }));

/** What a job keeps of the readings while its windows are open. */
async function savedBy(windows: WindowAssigner<Reading>, aggregate: any, state = memory()): Promise<SavedState> {
  const storage = memoryStorage();
  // Never ending, so that no window comes to its end.
  const source = replayable(async function* (from: number) {
    yield* readings.slice(from);
    await new Promise(() => {});
  });
  const stream = eventTime(source, { name: 'in', timestamp: (reading: Reading) => reading.at, watermark: boundedOutOfOrderness(100) });
  const job = run(stream.pipe(windowBy(windows, { name: 'w', key: (reading: Reading) => reading.key, aggregate })), {
    name: 'job',
    storage,
    state,
  });
  for (let tries = 0; tries < 100; tries++) {
    await storage.open();
    await job.checkpoint();
    const { job: state } = await readCheckpoint(storage, 'job', findCheckpoint('job', await readSlots(storage, 'job')), world);
    if (state.sources.get('in') !== readings.length) continue;
    await job.stop();
    return state.operators.get('windowBy/w') as SavedState;
  }
  throw new Error('nothing was read');
}

const short = ({ key, scope, start, end, state, panes }: StateRow) => [key, scope, start, end, state, panes];

describe('rowsOf', () => {
  it('names the window where windows lie side by side', async () => {
    expect([...rowsOf(await savedBy(tumbling(10), count()))].map(short)).toEqual([
      ['odd', 'window', 0, 10, 1, undefined],
      ['even', 'window', 0, 10, 1, undefined],
      ['odd', 'window', 10, 20, 2, undefined],
      ['even', 'window', 10, 20, 1, undefined],
    ]);
  });

  it('parts rows of several numbers, and gives accumulators of objects as they are', async () => {
    const means = [
      ...rowsOf(
        await savedBy(
          tumbling(100),
          mean((reading: Reading) => reading.at),
        ),
      ),
    ];
    expect(means.map(({ key, state }) => [key, (state as number[]).includes(key === 'odd' ? 25 : 16)])).toEqual([
      ['odd', true],
      ['even', true],
    ]);
    const lists = [
      ...rowsOf(
        await savedBy(
          tumbling(100),
          collect((reading: Reading) => reading.at),
        ),
      ),
    ];
    expect(lists.map(({ key }) => key)).toEqual(['odd', 'even']);
    expect(JSON.stringify(lists[1]?.state)).toContain('2');
  });

  it('names slices where windows overlap', async () => {
    expect([...rowsOf(await savedBy(sliding(20, 10), count()))].map(short)).toEqual([
      ['odd', 'slice', 0, undefined, 1, undefined],
      ['even', 'slice', 0, undefined, 1, undefined],
      ['odd', 'slice', 10, undefined, 2, undefined],
      ['even', 'slice', 10, undefined, 1, undefined],
    ]);
  });

  it('reads cells of sessions and of other triggers, with their panes', async () => {
    const sessions = [...rowsOf(await savedBy(session(5), count()))].map(short);
    expect(sessions).toHaveLength(4);
    expect(sessions).toContainEqual(['odd', 'window', 11, 18, expect.anything(), 0]);
    expect([...rowsOf(await savedBy(globalWindow(), count()))]).toHaveLength(2);
    // What works on tables gives cells by the block.
    const tables = stateOn(orderedMemory(), { cache: 1 });
    expect([...rowsOf(await savedBy(session(5), count(), tables))].map(short)).toEqual(expect.arrayContaining(sessions));
  });

  it('gives what it does not know as parts', () => {
    const rows = [...rowsOf({ rest: undefined, parts: [{ id: 7, data: 'x' }, { id: 9, data: null }] })]; // biome-ignore format: one line
    expect(rows.map(({ scope, start, state }) => [scope, start, state])).toEqual([['part', 7, 'x'], ['part', 9, null]]); // biome-ignore format: one line
    expect(rows.map(identityOf)).toEqual(['part 7', 'part 9']);
  });
});

describe('keyIs', () => {
  it('takes what was typed as JSON, or as a text', () => {
    expect([keyIs('5')(5), keyIs('5')('5'), keyIs('"5"')(5), keyIs('SFO')('SFO'), keyIs('SFO')('sfo')]).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
    expect([keyIs('null')(undefined), keyIs('null')(null), keyIs('null')('a')]).toEqual([true, true, false]);
    expect([keyIs('["a",1]')(['a', 1]), keyIs('{"b":1,"a":2}')({ a: 2, b: 1 }), keyIs('[1')('[1')]).toEqual([true, true, true]);
  });
});

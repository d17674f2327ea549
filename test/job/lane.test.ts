import { describe, expect, it } from 'vitest';
import { count, END_OF_TIME, type EventStream, eventTime, replayable, toCallback, tumbling, windowBy } from '../../src/index.js';
import { JobRegistry } from '../../src/job/jobRegistry.js';
import { Lane } from '../../src/job/lane.js';
import { Rooms } from '../../src/job/rooms.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { refusal } from '../support.js';

const clicks = [{ at: 5 }, { at: 12 }];
const source = replayable(clicks);
const perTen = () =>
  eventTime(source, { name: 'clicks', timestamp: click => click.at }).pipe(windowBy(tumbling(10), { name: 'w', aggregate: count() }));

function lane(outputs: readonly EventStream<any>[], rooms = new Rooms()) {
  const said: string[] = [];
  const made = new Lane(
    'the base',
    outputs,
    {
      said: (output, row, diff) => said.push(`${output}: ${(row as { value: number }).value} ${diff}`),
      watermark: (output, time) => said.push(`${output}: ${time === END_OF_TIME ? 'end' : time}`),
      failed: error => said.push(String(error)),
      completed: () => said.push('completed'),
    },
    rooms,
  );
  return { made, said };
}

describe('Lane', () => {
  it('says what it reads, hears it, and tells what comes out', () => {
    const { made, said } = lane([perTen()]);
    made.connect(new JobRegistry(undefined), manualClock());
    expect(made.sources).toMatchObject([{ name: 'clicks', source, batches: false }]);
    const target = made.sources[0]?.target;
    target?.all(clicks);
    expect(said).toEqual(['0: 5', '0: 1 1', '0: 12']);
    expect(made.watermark).toBe(12);
    target?.complete();
    expect(said.slice(3)).toEqual(['0: 1 1', '0: end', '0: end', 'completed']);
    expect(made.watermark).toBe(END_OF_TIME);
  });

  it('has completed when all its pipelines have', () => {
    const other = eventTime(replayable(clicks), { name: 'other', timestamp: click => click.at });
    const { made, said } = lane([perTen(), other]);
    made.connect(new JobRegistry(undefined), manualClock());
    made.sources[0]?.target.complete();
    expect(said).not.toContain('completed');
    made.sources[1]?.target.complete();
    expect(said.at(-1)).toBe('completed');
  });

  it('lets no row out', () => {
    const rows: unknown[] = [];
    const { made, said } = lane([perTen().pipe(toCallback(row => void rows.push(row), { name: 'out' }))]);
    made.connect(new JobRegistry(undefined), manualClock());
    made.sources[0]?.target.all(clicks);
    made.sources[0]?.target.complete();
    expect(rows).toEqual([]);
    expect(said).toContain('0: 1 1');
  });

  it('takes arrays of elements', () => {
    const batches = eventTime(replayable([clicks]), { name: 'clicks', timestamp: (click: { at: number }) => click.at, batches: true });
    const { made, said } = lane([batches.pipe(windowBy(tumbling(10), { name: 'w', aggregate: count() }))]);
    made.connect(new JobRegistry(undefined), manualClock());
    expect(made.sources[0]?.batches).toBe(true);
    made.sources[0]?.target.all([clicks]);
    expect(said).toEqual(['0: 5', '0: 1 1', '0: 12']);
  });

  it('is closed when it has been stopped, and shares its room', () => {
    const rooms = new Rooms();
    const { made } = lane([perTen()], rooms);
    made.connect(new JobRegistry(undefined), manualClock());
    const target = made.sources[0]?.target;
    expect(target?.closed).toBe(false);
    made.stop();
    expect(target?.closed).toBe(true);
    made.room(() => 7);
    expect(rooms.room).toBe(7);
  });

  it('refuses what cannot be read again', () => {
    const { made } = lane([eventTime(clicks, { name: 'clicks', timestamp: click => click.at })]);
    expect(refusal(() => made.connect(new JobRegistry(undefined), manualClock()))).toBe(
      'BAD_OPTION: the base: the source of eventTime "clicks" must be replayable(...), but came as [{"at":5},{"at":12}]. All sides read the same elements from the same position: write replayable(array), or what else can be read again.',
    );
  });
});

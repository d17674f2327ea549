import { describe, expect, it } from 'vitest';
import { count, eventTime, type Replayable, tumbling, windowBy } from '../../src/index.js';
import { commonStart } from '../../src/job/commonStart.js';
import { world } from '../../src/job/world.js';
import { refusal } from '../support.js';
import { savepointAt, slowly } from './support.js';

const clicks = [{ at: 5 }, { at: 8 }, { at: 31 }];
const program = (source: Replayable<{ at: number }>, size: number, name = 'w') =>
  eventTime(source, { name: 'clicks', timestamp: click => click.at }).pipe(windowBy(tumbling(size), { name, aggregate: count() }));
const savepoint = savepointAt((source: Replayable<{ at: number }>) => program(source, 10), clicks, 2);
const starter = (size: number, name?: string) => ({ where: 'here', outputs: [program(slowly(clicks), size, name)] });

describe('commonStart', () => {
  it('reads the state anew each time', async () => {
    const read = commonStart(await savepoint, [starter(10), starter(10)], new Set(), world);
    const [first, second] = [await read(), await read()];
    expect([...first.operators.keys()].sort()).toEqual(['eventTime/clicks', 'windowBy/w']);
    expect(first.sources.get('clicks')).toBe(2);
    expect(first).toEqual(second);
    expect(first.operators.get('windowBy/w')).not.toBe(second.operators.get('windowBy/w'));
  });

  it('leaves behind for all what one cannot use, and only that', async () => {
    const from = await savepoint;
    const allowed = new Set(['windowBy/w', 'eventTime/clicks']);
    const operators = async (...sizes: number[]): Promise<string[]> => {
      const { operators } = await commonStart(
        from,
        sizes.map(size => starter(size)),
        allowed,
        world,
      )();
      return [...operators.keys()].sort();
    };
    expect(await operators(10, 20)).toEqual(['eventTime/clicks']);
    expect(await operators(10, 10)).toEqual(['eventTime/clicks', 'windowBy/w']);
    const renamed = await commonStart(from, [starter(10), starter(10, 'other')], allowed, world)();
    expect([...renamed.operators.keys()]).toEqual(['eventTime/clicks']);
  });

  it('refuses what one of them cannot begin with', async () => {
    const from = await savepoint;
    expect(refusal(() => commonStart(from, [starter(10), starter(20)], new Set(), world))).toMatch(
      /^BAD_SNAPSHOT: here: .*windowBy\/w: assigner was tumbling\(10\), is tumbling\(20\)/,
    );
  });
});

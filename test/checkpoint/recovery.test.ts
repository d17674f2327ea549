import { describe, expect, it } from 'vitest';
import { recover } from '../../src/checkpoint/recovery.js';
import { failure } from './failure.js';
import { TestStorage, TestWorld } from './memory.js';
import { SinkWorld, TestSink } from './sinks.js';

describe('recover', () => {
  it('claims, then fences, then asks, then reads', async () => {
    const world = new TestWorld();
    await recover(new TestStorage(), 'job', [new TestSink('transactional', new SinkWorld())], world, Infinity);
    expect(world.labels).toEqual(['list slots', 'claim', 'fence out', 'ask out', 'list slots']);
  });

  it('refuses sinks that cannot be in one job', async () => {
    const sinks = (...names: string[]) => names.map(name => new TestSink('sink-decides', new SinkWorld(), name));
    const open = (names: string[]) => failure(recover(new TestStorage(), 'job', sinks(...names), new TestWorld(), Infinity));
    expect(await open(['a', 'a'])).toMatch('BAD_OPTION: two sinks of a job are named a');
    expect(await open(['a', 'b'])).toMatch('BAD_OPTION: sinks a and b both say where a restart begins');
  });
});

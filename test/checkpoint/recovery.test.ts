import { describe, expect, it } from 'vitest';
import { Attempt } from '../../src/checkpoint/attempt.js';
import { type CheckpointBody, ManifestLog } from '../../src/checkpoint/manifestLog.js';
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

  it('is fenced by who takes over while it reads, whatever it cannot find any more', async () => {
    const storage = new TestStorage();
    const first = await ManifestLog.claim(storage, 'job', new TestWorld());
    const chain: CheckpointBody['chain'] = [{ cut: '1-1', chunks: [[1, 0]] }];
    const body: CheckpointBody = { number: 1, chain, sinks: {}, operators: [], sources: [], watermark: 0, committed: 0, program: {} };
    await first.append(body, new Attempt(new TestWorld(), 'test', Infinity), Infinity);
    expect(await failure(recover(storage, 'job', [], new TestWorld(), Infinity))).toMatch('NEEDS_OPERATOR: job job: no checkpoint');
    const slow = new TestWorld();
    slow.around = async (label, effect) => {
      if (label === 'get chunk') await ManifestLog.claim(storage, 'job', new TestWorld());
      return effect();
    };
    expect(await failure(recover(storage, 'job', [], slow, Infinity))).toMatch('FENCED: job job: slot');
  });

  it('refuses sinks that cannot be in one job', async () => {
    const sinks = (...names: string[]) => names.map(name => new TestSink('sink-decides', new SinkWorld(), name));
    const open = (names: string[]) => failure(recover(new TestStorage(), 'job', sinks(...names), new TestWorld(), Infinity));
    expect(await open(['a', 'a'])).toMatch('BAD_OPTION: two sinks of a job are named a');
    expect(await open(['a', 'b'])).toMatch('BAD_OPTION: sinks a and b both say where a restart begins');
  });
});

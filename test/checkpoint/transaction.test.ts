import { describe, expect, it } from 'vitest';
import { commitTo, Transaction } from '../../src/checkpoint/transaction.js';
import { failure } from './failure.js';
import { TestWorld } from './memory.js';
import { SinkWorld, TestSink } from './sinks.js';

describe('Transaction', () => {
  it('commits in the sink that decides first, and in others only if that succeeds', async () => {
    const world = new TestWorld();
    const other = new TestSink('transactional', new SinkWorld(), 'a');
    const decider = new TestSink('sink-decides', new SinkWorld(), 'b');
    const transaction = new Transaction('1-1', [other, decider], world);
    transaction.rotate();
    expect(transaction.refs()).toEqual({
      a: { mode: 'transactional', transaction: '1-1' },
      b: { mode: 'sink-decides', transaction: '1-1' },
    });
    await other.prepare('1-1');
    await transaction.commit(2, Infinity);
    expect(world.labels).toEqual(['commit b', 'commit a']);
  });

  it('tries a commit three times, a fence once', async () => {
    const world = new TestWorld();
    const sinkWorld = new SinkWorld();
    const sink = new TestSink('transactional', sinkWorld);
    const failing = failure(commitTo(sink, '1-1', 2, undefined, Infinity, world));
    await world.advance(5000);
    expect(await failing).toMatch(
      'CHECKPOINT_FAILED: sink out does not commit checkpoint 2, which is durable: it said: unknown transaction 1-1',
    );
    expect(world.labels.length).toBe(3);
    sinkWorld.epoch = 9;
    expect(await failure(commitTo(sink, '1-1', 2, undefined, Infinity, world))).toMatch('FENCED');
    expect(world.labels.length).toBe(4);
  });

  it.each([false, true])('bears a slow commit as long as it comes on, unless nobody waits any more (%s)', async stopped => {
    const world = new TestWorld();
    const sink = new TestSink('outbox', new SinkWorld());
    let come = 0;
    let tries = 0;
    Object.assign(sink, {
      progress: () => come,
      commit: () => {
        if (++tries <= 7) come++;
        return new Promise(() => undefined);
      },
    });
    const signal = stopped ? AbortSignal.abort() : undefined;
    const failing = failure(commitTo(sink, '1-1', 2, undefined, 100, world, signal));
    for (let i = 0; i < 30; i++) await world.advance(500);
    expect(await failing).toContain(
      'does not commit checkpoint 2, which is durable: committing checkpoint 2 in sink out took longer than 100 ms',
    );
    expect(tries).toBe(stopped ? 3 : 9);
  });

  it('takes back only what was rotated', async () => {
    const sink = new TestSink('transactional', new SinkWorld(), 'a');
    const broken = new TestSink('transactional', new SinkWorld(), 'b');
    broken.rotate = () => {
      throw new Error('no');
    };
    const world = new TestWorld();
    const transaction = new Transaction('1-1', [sink, broken], world);
    sink.write('row');
    expect(() => transaction.rotate()).toThrow('no');
    await transaction.abort(100);
    expect([world.labels, world.timers.size]).toEqual([['abort a'], 0]);
    sink.rotate('1-2');
    await sink.prepare('1-2');
    expect(sink.world.prepared.get('1-2')).toEqual(['row']);
  });
});

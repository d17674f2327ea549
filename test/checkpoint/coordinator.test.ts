import { describe, expect, it } from 'vitest';
import { Coordinator, type CoordinatorOptions } from '../../src/checkpoint/coordinator.js';
import type { CoordinatorEvent } from '../../src/checkpoint/events.js';
import type { Barrier, StatePart } from '../../src/checkpoint/participants.js';
import { failure } from './failure.js';
import { TestStorage, TestWorld } from './memory.js';
import { SinkWorld, TestSink } from './sinks.js';

/** A job of one source and one operator with some parts. */
class Job {
  readonly storage = new TestStorage();
  readonly sinkWorld = new SinkWorld();
  readonly parts = new Map<number, { value: unknown; changed: number }>();
  readonly events: CoordinatorEvent[] = [];
  readonly world: TestWorld;
  sink = new TestSink('transactional', this.sinkWorld);
  position = 0;
  cut = 0;

  constructor(world = new TestWorld()) {
    this.world = world;
  }

  open(more: Partial<CoordinatorOptions> = {}): Promise<Coordinator> {
    const { storage, world, events } = this;
    this.sink = new TestSink(this.sink.mode, this.sinkWorld);
    return Coordinator.open({ job: 'job', storage, sinks: [this.sink], env: world, on: event => events.push(event), ...more });
  }

  set(id: number, value: unknown): void {
    this.position++;
    this.parts.set(id, { value, changed: this.cut + 1 });
    this.sink.write(`${id}=${value}`);
  }

  readonly barrier = (number: number, since: number): Barrier => {
    this.cut = number;
    const parts: StatePart[] = [...this.parts].map(([id, { value, changed }]) =>
      since && changed <= since ? { id } : { id, data: value },
    );
    return {
      sources: [{ name: 'in', position: this.position }],
      operators: [{ kind: 'windowBy', name: 'w', rest: { at: this.position }, parts }],
      watermark: 0,
    };
  };
}

describe('Coordinator', () => {
  it('begins anew on an empty storage', async () => {
    const coordinator = await new Job().open();
    expect(coordinator.restored).toBeUndefined();
    expect(coordinator.epoch).toBe(1);
  });

  it('restores the newest checkpoint, of a full cut and changes', async () => {
    const job = new Job();
    const first = await job.open();
    job.set(1, 'a'.repeat(500));
    job.set(2, 'b');
    expect(await first.checkpoint(job.barrier)).toMatchObject({ seq: 2, number: 1, full: true });
    job.set(2, 'c');
    job.set(3, new Map([[1, 2]]));
    expect(await first.checkpoint(job.barrier)).toMatchObject({ seq: 3, number: 2, full: false });
    const second = await job.open();
    expect(second.restored?.seq).toBe(3);
    expect([...(second.restored?.sources ?? [])]).toEqual([['in', 4]]);
    expect(second.restored?.operators.get('windowBy/w')).toEqual({
      rest: { at: 4 },
      parts: [
        { id: 1, data: 'a'.repeat(500) },
        { id: 2, data: 'c' },
        { id: 3, data: new Map([[1, 2]]) },
      ],
    });
    expect(job.sinkWorld.visible).toEqual([`1=${'a'.repeat(500)}`, '2=b', '2=c', '3=[object Map]']);
    expect(await failure(first.checkpoint(job.barrier))).toMatch('FENCED: ');
    expect((await first.ended).code).toBe('FENCED');
  });

  it('takes a failed checkpoint back: rows and changes are in the next one', async () => {
    const job = new Job();
    const coordinator = await job.open();
    job.set(1, 'a'.repeat(500));
    await coordinator.checkpoint(job.barrier);
    job.set(2, 'b');
    job.storage.putChunk = async () => {
      throw new Error('full');
    };
    expect(await failure(coordinator.checkpoint(job.barrier))).toBe('CHECKPOINT_FAILED: job job: checkpoint 1-2: full');
    expect(coordinator.failure).toBeUndefined();
    job.storage.putChunk = TestStorage.prototype.putChunk;
    job.set(3, 'c');
    expect(await coordinator.checkpoint(job.barrier)).toMatchObject({ seq: 3, number: 3, full: false });
    expect((await job.open()).restored?.operators.get('windowBy/w')?.parts.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(job.sinkWorld.visible.slice(1)).toEqual(['2=b', '3=c']);
  });

  it('takes one at a time, and none when it is closed', async () => {
    const job = new Job();
    const coordinator = await job.open();
    const first = coordinator.checkpoint(job.barrier);
    expect(await failure(coordinator.checkpoint(job.barrier))).toMatch('there is one at a time');
    await first;
    await coordinator.close();
    expect(await failure(coordinator.checkpoint(job.barrier))).toMatch('it has been closed');
  });

  it('says in the log that all is committed when it ends as it should: the next owner commits nothing again, and may lack a sink', async () => {
    const job = new Job();
    const coordinator = await job.open();
    job.set(1, 'a');
    await coordinator.checkpoint(job.barrier);
    await coordinator.close(true);
    const opened: CoordinatorEvent[] = [];
    await job.open({ sinks: [], on: event => opened.push(event) });
    expect(opened).toMatchObject([{ type: 'opened', epoch: 4, restored: 2, recommitted: [] }]);
  });

  it('does not say so when it has failed, and does not wait for a storage that hangs', async () => {
    const job = new Job();
    const first = await job.open();
    job.set(1, 'a');
    await first.checkpoint(job.barrier);
    await first.close(false);
    expect(await failure(job.open({ sinks: [] }))).toMatch('Start it once with that sink and stop it by stop(), then without.');
    const second = await job.open();
    job.storage.appendSlot = () => new Promise(() => undefined);
    const closed = second.close(true);
    await job.world.advance(5000);
    await closed;
    expect((await second.ended).message).toContain('it has been closed');
  });

  it('calls a hung one off in time, and cannot go on when a sink will not commit', async () => {
    const job = new Job();
    const coordinator = await job.open({ timeout: 1000 });
    job.storage.putChunk = () => new Promise(() => undefined);
    const hung = failure(coordinator.checkpoint(job.barrier));
    await job.world.advance(1000);
    expect(await hung).toBe('TIMED_OUT: checkpoint 1-1 of job job took longer than 1000 ms.');
    job.storage.putChunk = TestStorage.prototype.putChunk;
    job.set(1, 'a');
    job.sink.commit = async () => {
      throw new Error('no');
    };
    const stuck = failure(coordinator.checkpoint(job.barrier));
    await job.world.advance(5000);
    expect(await stuck).toMatch('sink out does not commit checkpoint 2, which is durable');
    expect((await coordinator.ended).code).toBe('CHECKPOINT_FAILED');
    // A restart goes on with the commit.
    expect((await job.open()).restored?.seq).toBe(2);
    expect(job.sinkWorld.visible).toEqual(['1=a']);
  });
});

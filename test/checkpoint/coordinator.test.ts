import { describe, expect, it } from 'vitest';
import { Coordinator, type CoordinatorOptions } from '../../src/checkpoint/coordinator.js';
import type { CoordinatorEvent } from '../../src/checkpoint/events.js';
import type { Barrier, StatePart } from '../../src/checkpoint/participants.js';
import { TidemarkError } from '../../src/errors.js';
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

/** What a rejected promise says, as `CODE: sentence`. */
async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof TidemarkError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('it did not fail');
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
});

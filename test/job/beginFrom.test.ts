import { describe, expect, it } from 'vitest';
import { Coordinator } from '../../src/checkpoint/coordinator.js';
import type { CheckpointSink, SinkMode } from '../../src/checkpoint/participants.js';
import type { Savepoint } from '../../src/checkpoint/savepoint.js';
import { TakeSavepoint } from '../../src/checkpoint/takeSavepoint.js';
import { memoryStorage } from '../../src/index.js';
import { beginFrom } from '../../src/job/beginFrom.js';
import { world } from '../../src/job/world.js';
import { SinkWorld, TestSink } from '../checkpoint/sinks.js';
import { told } from '../support.js';

async function madeAt(seq: number): Promise<Savepoint> {
  const taking = new TakeSavepoint('x', 'old', [], world);
  taking.take({ sources: [{ name: 's', position: 1 }], operators: [], watermark: 4 });
  taking.complete(seq);
  return taking.savepoint;
}

const sinkAt = (held: number, mode: SinkMode = 'transactional') =>
  ({ name: 'out', mode, fence: async () => undefined, lastCommitted: async () => held }) as unknown as CheckpointSink;

async function begun(seq: number, sinks: readonly CheckpointSink[], acceptDuplicates = false): Promise<number[] | string> {
  const storage = memoryStorage();
  await storage.open();
  try {
    await beginFrom({ savepoint: await madeAt(seq), acceptDuplicates, resume: false, where: 'run "job"' }, storage, 'job', sinks, world);
    return await storage.listSlots('job');
  } catch (error) {
    expect([await storage.listSlots('job'), await storage.listJobs()]).toEqual([[], []]);
    return told(error);
  }
}

describe('a job that begins with a savepoint', () => {
  it('has it under the number that its checkpoint had, so that sinks that stand there go on', async () => {
    expect(await begun(7, [])).toEqual([7]);
    expect(await begun(7, [sinkAt(0), sinkAt(7), sinkAt(3)])).toEqual([7]);
    expect(await begun(7, [sinkAt(7, 'sink-decides')])).toEqual([7]);
    expect(await begun(7, [sinkAt(0, 'sink-decides')])).toEqual([7]);
  });

  it('says no rows again, unless that is accepted; then it stands above those', async () => {
    expect(await begun(7, [sinkAt(9)])).toBe(
      'NEEDS_OPERATOR: job job: the savepoint is of checkpoint 7 of job old, and sink out holds the rows up to checkpoint 9, so that those in between would be said again. Take those rows back from the sink; or give it an empty one; or say acceptDuplicates: true if they may come twice.',
    );
    expect(await begun(7, [sinkAt(9), sinkAt(12, 'sink-decides')], true)).toEqual([12]);
  });

  it('begins with it again when it dies before a new sink has its first rows', async () => {
    const storage = memoryStorage();
    await storage.open();
    const from = { savepoint: await madeAt(7), acceptDuplicates: false, resume: false, where: 'here' };
    await beginFrom(from, storage, 'job', [], world);
    const open = () => Coordinator.open({ job: 'job', storage, sinks: [new TestSink('sink-decides', new SinkWorld())], env: world });
    const first = await open();
    await first.checkpoint(() => ({ sources: [], operators: [], watermark: 5 }));
    // The rows are lost with the world of the sink.
    expect((await open()).restored).toMatchObject({ seq: 7, sources: new Map([['s', 1]]) });
  });

  it('leaves no rows out', async () => {
    expect(await begun(7, [sinkAt(5, 'sink-decides')], true)).toBe(
      'NEEDS_OPERATOR: job job: the savepoint is of checkpoint 7, and sink out holds the rows up to checkpoint 5 only, so that those in between would be missing. Bring back what the sink held, or give it an empty one.',
    );
  });
});

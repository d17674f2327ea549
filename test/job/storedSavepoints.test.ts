import { expect, it } from 'vitest';
import { chunkId } from '../../src/checkpoint/chunk.js';
import { TakeSavepoint } from '../../src/checkpoint/takeSavepoint.js';
import {
  type CheckpointStorage,
  count,
  eventTime,
  listSavepoints,
  loadSavepoint,
  memoryStorage,
  replayable,
  run,
  type Savepoint,
  storeSavepoint,
  tumbling,
  windowBy,
} from '../../src/index.js';
import { world } from '../../src/job/world.js';
import { storageOn } from '../../src/storages/storageOn.js';
import { refusal, told } from '../support.js';

const refused = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'it resolved', told);

const counts = () =>
  eventTime(replayable([{ at: 1 }, { at: 12 }, { at: 2 }]), { name: 's', timestamp: e => e.at }).pipe(
    windowBy(tumbling(10), { name: 'w', key: e => e.at, aggregate: count() }),
  );

it('keeps savepoints beside jobs, and gives them back', async () => {
  const storage = memoryStorage();
  const job = run(counts(), { name: 'job', storage, checkpoints: { retain: 1 } });
  const savepoint = await job.savepoint('before tuning');
  await storeSavepoint(savepoint, storage);
  await job.done;
  for (let runs = 0; runs < 3; runs++) await run(counts(), { name: 'job', storage, checkpoints: { retain: 1 } }).done;
  expect(await listSavepoints(storage)).toEqual(['before tuning']);
  const again = await loadSavepoint(storage, 'before tuning');
  const facts = ({ label, job, checkpoint, createdAt, sources, operators, sinks, watermark }: Savepoint): unknown => [
    label,
    job,
    checkpoint,
    createdAt,
    sources,
    operators,
    sinks,
    watermark,
  ];
  expect(facts(again)).toEqual(facts(savepoint));
  await run(counts(), { name: 'other', storage, from: again }).done;
  expect(await refused(storeSavepoint(savepoint, storage))).toBe(
    "BAD_OPTION: storeSavepoint: memoryStorage() holds a savepoint 'before tuning' already, and nothing is overwritten.",
  );
});

it('cuts a savepoint into chunks that the storage takes', async () => {
  const small = withChunks(160);
  const taking = new TakeSavepoint('x', 'job', [], world);
  taking.take({ sources: [{ name: 's', position: 'p'.repeat(1000), watermark: 4 }], operators: [], watermark: 0 });
  taking.complete(3);
  await storeSavepoint(await taking.savepoint, small);
  const again = await loadSavepoint(small, 'x');
  expect(again.split.chunks.size).toBeGreaterThan(10);
  expect(Math.max(...[...again.split.chunks.values()].map(({ length }) => length))).toBeLessThanOrEqual(160);
  expect(again.sources).toEqual([{ name: 's', position: 'p'.repeat(1000), watermark: 4 }]);
});

function withChunks(chunkBytes: number): CheckpointStorage {
  const { open, close, putChunk, getChunk, listChunks, deleteChunks, appendSlot, readSlot, listSlots, trimSlots, listJobs } = bound();
  const capabilities = { durable: false, fencing: 'in-process', chunkBytes } as const;
  const put = (job: string, id: string, data: Uint8Array): Promise<'ok'> => putChunk(job, id, data).then(() => 'ok' as const);
  const rest = { open, close, getChunk, listChunks, deleteChunks, appendSlot, readSlot, listSlots, trimSlots, listJobs };
  return storageOn('small', capabilities, { ...rest, putChunk: put });
}

function bound(): CheckpointStorage {
  const storage = memoryStorage();
  return new Proxy(storage, { get: (target, name) => (target[name as 'open'] as () => unknown).bind?.(target) ?? target[name as 'open'] });
}

it('says what is not there, what is broken, and what cannot be kept', async () => {
  const storage = memoryStorage();
  expect(await refused(loadSavepoint(storage, 'x'))).toBe(
    "BAD_OPTION: loadSavepoint: memoryStorage() holds no savepoint 'x'. There is none.",
  );
  const job = run(counts(), { name: 'job' });
  const savepoint = await job.savepoint('y');
  await job.done;
  await storeSavepoint(savepoint, storage);
  expect(await refused(loadSavepoint(storage, 'x'))).toContain("holds no savepoint 'x'. There is y.");
  await storage.open();
  const { slot } = await loadSavepoint(storage, 'y');
  await storage.deleteChunks('savepoint/y', [chunkId(slot.chain[0]?.cut as string, 0)]);
  expect(await refused(loadSavepoint(storage, 'y'))).toMatch(/^BAD_CHECKPOINT: memoryStorage\(\): savepoint 'y': chunk c\/.* is missing/);
  expect(await refused(storeSavepoint({} as never, storage))).toContain(
    'BAD_OPTION: storeSavepoint: its first argument must be a savepoint',
  );
  expect(await refused(storeSavepoint(savepoint, {} as never))).toContain(
    'BAD_OPTION: storeSavepoint: its second argument must be a storage',
  );
  expect(await refused(loadSavepoint(storage, 5 as never))).toContain('BAD_OPTION: loadSavepoint: its second argument must be a label');
  expect(
    await refused(storeSavepoint(Object.assign(Object.create(Object.getPrototypeOf(savepoint)), savepoint, { label: '' }), storage)),
  ).toContain('has no label to be kept under');
});

it('keeps the names of savepoints from jobs', () => {
  expect(refusal(() => run(counts(), { name: 'savepoint/x' }))).toContain('must be a text that does not begin with savepoint/');
  expect(refusal(() => run(counts(), { name: 'x', from: {} as never }))).toContain('from must be a savepoint, such as job.savepoint()');
  expect(refusal(() => run(counts(), { name: 'x', acceptDuplicates: true }))).toBe(
    'BAD_OPTION: run "x": acceptDuplicates is about a savepoint: give from too, or leave it out.',
  );
});

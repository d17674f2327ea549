import { expect, it, vi } from 'vitest';
import { addPin, listPins, whilePinned } from '../../src/cli/pins.js';
import { TidemarkError } from '../../src/errors.js';
import { barrierOf, savedInMemory, saveJob } from './savedJob.js';

const barriers = [1, 2, 3].map(a => barrierOf({ a }));

it('keeps a checkpoint, and all newer ones, from a job that makes others', async () => {
  const storage = await savedInMemory(barriers);
  await addPin(storage, 'demo', 3, 'mine');
  await saveJob(storage, 'demo', barriers, { retain: 1 });
  expect(await storage.listSlots('demo')).toEqual([3, 4, 5, 6, 7, 8]);
});

it('lasts as long as what is done under it, however that ends', async () => {
  const storage = await savedInMemory(barriers);
  const seen = await whilePinned(storage, 'demo', 2, () => listPins(storage, 'demo'));
  expect(seen).toMatchObject([{ seq: 2, name: 'reading', at: expect.any(Number) }]);
  expect(await listPins(storage, 'demo')).toEqual([]);
  await expect(whilePinned(storage, 'demo', 2, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await listPins(storage, 'demo')).toEqual([]);
  expect(process.listenerCount('SIGTERM')).toBe(0);
});

it('goes by Ctrl-C, too', async () => {
  const storage = await savedInMemory(barriers);
  const ended = new Promise<number>(resolve => {
    vi.spyOn(process, 'exit').mockImplementationOnce(code => resolve(code as number) as never);
  });
  await whilePinned(storage, 'demo', 2, async () => {
    process.emit('SIGINT');
    expect(await ended).toBe(130);
    expect(await listPins(storage, 'demo')).toEqual([]);
  });
  vi.restoreAllMocks();
});

it('finds out that the checkpoint went before the pin was there', async () => {
  const storage = await savedInMemory(barriers);
  await storage.trimSlots('demo', 3);
  await expect(whilePinned(storage, 'demo', 2, async () => 1)).rejects.toThrow('checkpoint 2 has just been deleted: try again.');
  expect(await listPins(storage, 'demo')).toEqual([]);
});

it('says how to read where pins cannot be written', async () => {
  const storage = await savedInMemory(barriers);
  storage.putChunk = () => Promise.reject(new TidemarkError('STORAGE_FAILED', 'EROFS.'));
  await expect(whilePinned(storage, 'demo', 2, async () => 1)).rejects.toThrow(
    'checkpoint 2 cannot be pinned: EROFS. To read it without: --no-pin.',
  );
});

it('lists pins of others, too', async () => {
  const storage = await savedInMemory(barriers);
  await storage.putChunk('demo', 'pins/3/someone', Uint8Array.of(1));
  expect(await listPins(storage, 'demo')).toEqual([{ id: 'pins/3/someone', seq: 3, name: 'someone', at: undefined }]);
});

/** Storages of every kind are one type, and their options are checked. */
import { type CheckpointStorage, memoryStorage } from 'tidemark';
import { indexedDb } from 'tidemark/indexeddb';
import { lmdbStorage } from 'tidemark/lmdb';
import { fileSystem } from 'tidemark/node';
import { type S3Credentials, s3 } from 'tidemark/s3';
import { type StorageLaw, storageContract } from 'tidemark/testing';
import { is } from './exact.js';

declare const credentials: S3Credentials;
const bucket = { endpoint: 'https://s3.test', bucket: 'b', region: 'r', credentials };

const all: readonly CheckpointStorage[] = [
  memoryStorage(),
  fileSystem('./state'),
  fileSystem('./state', { links: false }),
  lmdbStorage('./state.mdb'),
  indexedDb('state'),
  s3(bucket),
  s3({ ...bucket, prefix: 'a/', timeout: '10s', credentials: async () => credentials }),
];
is<ReturnType<CheckpointStorage['appendSlot']>>().exactly<Promise<'ok' | 'taken'>>(true);
is<ReturnType<CheckpointStorage['getChunk']>>().exactly<Promise<Uint8Array | undefined>>(true);

const laws = storageContract(async () => all[0] as CheckpointStorage);
is<typeof laws>().exactly<readonly StorageLaw[]>(true);

// @ts-expect-error: a folder is a text
fileSystem(7);
// @ts-expect-error: there is no such option
fileSystem('./state', { link: false });
// @ts-expect-error: without credentials
s3({ endpoint: 'https://s3.test', bucket: 'b', region: 'r' });
// @ts-expect-error: a function, not a storage
storageContract(memoryStorage());
// @ts-expect-error: chunks are bytes
memoryStorage().putChunk('job', 'a', 'text');

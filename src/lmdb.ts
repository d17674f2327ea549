/**
 * Storage in LMDB, for Node. Needs the package `lmdb`.
 *
 * @module tidemark/lmdb
 */

export type { CheckpointStorage, ChunkEntry, StorageCapabilities } from './checkpoint/storage.js';
export { lmdbStorage } from './storages/lmdbStorage.js';

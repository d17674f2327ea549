/**
 * Storage and working state in LMDB, for Node. Needs the package `lmdb`.
 *
 * @module tidemark/lmdb
 */

export type { CheckpointStorage, ChunkEntry, StorageCapabilities } from './checkpoint/storage.js';
export type { StateOptions } from './engine/stateOn.js';
export type { OpenState, WorkingState } from './engine/workingState.js';
export { lmdb } from './storages/lmdb.js';
export { lmdbStorage } from './storages/lmdbStorage.js';

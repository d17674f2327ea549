/**
 * Storage in IndexedDB, for browsers. Needs the package `idb-keyval`.
 *
 * @module tidemark/indexeddb
 */

export type { CheckpointStorage, ChunkEntry, StorageCapabilities } from './checkpoint/storage.js';
export { indexedDb } from './storages/indexedDb.js';

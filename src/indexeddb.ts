/**
 * What a job needs in a browser: storage in IndexedDB, and a page as its host. Needs the package `idb-keyval`.
 *
 * @module tidemark/indexeddb
 */

export type { CheckpointStorage, ChunkEntry, StorageCapabilities } from './checkpoint/storage.js';
export type { HostedRun, HostStay, JobHost } from './job/host.js';
export { type WebPageOptions, webPage } from './job/webPage.js';
export { indexedDb } from './storages/indexedDb.js';
export { type IndexedDbMap, indexedDbMap } from './storages/indexedDbMap.js';

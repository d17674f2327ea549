/**
 * What needs Node: storage in files.
 *
 * @module tidemark/node
 */

export type { CheckpointStorage, ChunkEntry, StorageCapabilities } from './checkpoint/storage.js';
export { type FileSystemOptions, fileSystem } from './storages/fileSystem.js';

/**
 * What needs Node: storage in files, sources and sinks of files.
 *
 * @module tidemark/node
 */

export type { CheckpointStorage, ChunkEntry, StorageCapabilities } from './checkpoint/storage.js';
export { type BadLine, type JsonLines, type JsonLinesOptions, jsonLines } from './job/jsonLines.js';
export { readSavepoint, writeSavepoint } from './job/savepointFile.js';
export { type ToFileOptions, toFile } from './job/toFile.js';
export { type FileSystemOptions, fileSystem } from './storages/fileSystem.js';

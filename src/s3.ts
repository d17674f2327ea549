/**
 * Storage in a bucket of S3, or of a service that speaks as S3 does. Needs the package `aws4fetch`.
 *
 * @module tidemark/s3
 */

export type { CheckpointStorage, ChunkEntry, StorageCapabilities } from './checkpoint/storage.js';
export { type S3Options, s3 } from './storages/s3.js';
export type { S3Credentials } from './storages/s3Client.js';

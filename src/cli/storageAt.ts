/** The storage that the command line names. One that is to be read is not made if it is missing. */
import { existsSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import { fileSystem } from '../storages/fileSystem.js';
import { lmdbStorage } from '../storages/lmdbStorage.js';
import { loadExport } from './exportFile.js';
import { InputError, UsageError } from './failure.js';

const FORMS = 'file:./state, lmdb:./state.mdb, s3:bucket/prefix/ or export:./file';

/** Opened. `write`: it may be made, and owners of jobs in it must be kept apart. */
export async function storageAt(text: string, write = false): Promise<CheckpointStorage> {
  const storage = await named(text, write);
  await storage.open();
  return storage;
}

async function named(text: string, write: boolean): Promise<CheckpointStorage> {
  const [, scheme, place] = /^([a-z0-9]+):(.+)$/.exec(text) ?? [];
  if (scheme === undefined || place === undefined) throw new UsageError(`--storage is ${FORMS}, but came as '${text}'.`);
  switch (scheme) {
    case 'file':
      if (!write && !isFolder(place)) throw missing(text, `${place} is no folder`);
      // Links are tried out by writing, and only slots need them.
      return fileSystem(place, { links: write });
    case 'lmdb': {
      const file = extname(place) === '' ? join(place, 'data.mdb') : place;
      if (!write && !existsSync(file)) throw missing(text, `there is no file ${file}`);
      return lmdbStorage(place);
    }
    case 's3':
      return bucket(place);
    case 'export':
      if (write) throw new UsageError('an export is a file, and cannot be written to by --storage: use export.');
      return loadExport(place);
    default:
      throw new UsageError(`--storage is ${FORMS}; there is no '${scheme}:'.`);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function missing(text: string, why: string): InputError {
  return new InputError(`${text}: ${why}. Nothing was made; look at the path.`);
}

/** As the tools of AWS, it takes from the environment what does not belong on a command line. */
async function bucket(place: string): Promise<CheckpointStorage> {
  const [, name = '', prefix = ''] = /^([^/]*)\/?(.*)$/.exec(place) ?? [];
  const { env } = process;
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env;
  if (!region || !accessKeyId || !secretAccessKey)
    throw new UsageError('s3: needs AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment.');
  const endpoint = env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL ?? `https://s3.${region}.amazonaws.com`;
  const { s3 } = await import('../storages/s3.js').catch((error: unknown) => {
    throw new InputError(`s3: the package aws4fetch cannot be loaded (${(error as Error).message}). Install it: npm install aws4fetch`);
  });
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
  return s3({ endpoint, region, bucket: name, prefix, credentials });
}

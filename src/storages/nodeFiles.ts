/** The disk of this machine, by `node:fs`. */
import { link, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import type { FilePort, NewFile } from './filePort.js';

export const nodeFiles: FilePort = {
  makeFolder: path => mkdir(path),
  async createFile(path): Promise<NewFile> {
    const file = await open(path, 'wx');
    return { write: data => file.writeFile(data), sync: () => file.sync(), close: () => file.close() };
  },
  async readFile(path) {
    const { buffer, byteOffset, length } = await readFile(path);
    return new Uint8Array(buffer, byteOffset, length);
  },
  fileBytes: async path => (await stat(path)).size,
  list: folder => readdir(folder),
  link: (from, to) => link(from, to),
  unlink: path => unlink(path),
  async syncFolder(path) {
    // Windows opens no folders; NTFS keeps names in its own journal.
    if (process.platform === 'win32') return;
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};

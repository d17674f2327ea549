/**
 * The few calls of a file system that `fileStorage` makes: a seam, so that a simulated disk can run the same code. Paths have `/` between
 * their parts. Errors are those of Node: objects with a `code`, such as `EEXIST`.
 */

/** A file that has just been created, and is written once. */
export interface NewFile {
  /** Appends all of `data`. When it fails (`ENOSPC`), a part of it may be there. */
  write(data: Uint8Array): Promise<void>;
  /** Resolves when what was written survives a loss of power. When it fails, nothing is known of the file, and it is not tried again. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface FilePort {
  /** Creates one folder. `EEXIST`: it is there; `ENOENT`: its parent is not. */
  makeFolder(path: string): Promise<void>;
  /** Creates an empty file. `EEXIST`: there is one; `ENOENT`: its folder is missing. */
  createFile(path: string): Promise<NewFile>;
  /** `ENOENT`: there is none. */
  readFile(path: string): Promise<Uint8Array>;
  /** The length of a file. `ENOENT`: there is none. */
  fileBytes(path: string): Promise<number>;
  /** The names of what is in a folder. `ENOENT`: there is none. */
  list(folder: string): Promise<string[]>;
  /** Gives a file a second name, atomically. `EEXIST`: the name is taken; `EPERM`, `ENOTSUP`, ...: this disk has no links. */
  link(from: string, to: string): Promise<void>;
  /** Takes a name away. `ENOENT`: there is none. */
  unlink(path: string): Promise<void>;
  /** Resolves when the names in a folder survive a loss of power: new ones, links, and those taken away. */
  syncFolder(path: string): Promise<void>;
}

/** What the system calls an error: `EEXIST`. */
export function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}

/** What was found, or undefined where there is nothing of that name. */
export async function ifThere<R>(found: Promise<R>): Promise<R | undefined> {
  try {
    return await found;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** What was made, or undefined where the name is taken. */
export async function unlessTaken<R>(made: Promise<R>): Promise<R | undefined> {
  try {
    return await made;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  }
}

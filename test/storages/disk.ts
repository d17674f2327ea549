/**
 * A disk in memory that forgets what was not synced when the power fails, is full when told to, and fails or dies at any call. Names and
 * contents are durable apart from each other, as on a real one.
 */
import type { FilePort, NewFile } from '../../src/storages/filePort.js';

interface Content {
  data: Uint8Array;
  durable: Uint8Array;
}

type Folder = Map<string, Content | 'folder'>;

/** The process is gone: nothing it calls is ever answered. */
export const DEAD: Promise<never> = new Promise(() => {});

export class Disk {
  #folders = new Map<string, Folder>([['', new Map()]]);
  #durable = new Map<string, Folder>([['', new Map()]]);
  /** Calls so far. */
  calls = 0;
  /** What has been called, for expectations. */
  readonly log: string[] = [];
  /** Called before each call and after it: it may throw what the system would say, or return a promise that never resolves. */
  interfere: (moment: 'before' | 'after', call: string, number: number) => void | Promise<void> = () => {};
  /** Bytes that are left. */
  room: number = Number.POSITIVE_INFINITY;

  readonly port: FilePort = {
    makeFolder: path =>
      this.#call(`makeFolder ${path}`, () => {
        this.#add(path, 'folder');
        this.#folders.set(path, new Map());
      }),
    createFile: path =>
      this.#call(`createFile ${path}`, () => {
        const content: Content = { data: new Uint8Array(), durable: new Uint8Array() };
        this.#add(path, content);
        return this.#file(path, content);
      }),
    readFile: path => this.#call(`readFile ${path}`, () => this.#content(path).data.slice()),
    fileBytes: path => this.#call(`fileBytes ${path}`, () => this.#content(path).data.length),
    list: path => this.#call(`list ${path}`, () => [...this.#folder(path).keys()]),
    link: (from, to) => this.#call(`link ${from} ${to}`, () => this.#add(to, this.#content(from))),
    unlink: path =>
      this.#call(`unlink ${path}`, () => {
        this.#content(path);
        const [folder, name] = this.#split(path);
        folder.delete(name);
      }),
    syncFolder: path =>
      this.#call(`syncFolder ${path}`, () => void this.#durable.set(path === '/' ? '' : path, new Map(this.#folder(path)))),
  };

  /** The power fails: a new disk, with what was durable. Names and bytes that were not synced are there or not, as `chance` says. */
  powerLoss(chance: () => boolean): Disk {
    const after = new Disk();
    const copies = new Map<Content, Content>();
    const survive = (content: Content): Content => {
      let copy = copies.get(content);
      if (!copy) {
        const cut = chance()
          ? content.data
          : content.durable.length < content.data.length && chance()
            ? content.data.slice(0, content.data.length >> 1)
            : content.durable;
        copies.set(content, (copy = { data: cut, durable: cut }));
      }
      return copy;
    };
    for (const [path, folder] of this.#folders) {
      const durable = this.#durable.get(path) ?? new Map();
      const left: Folder = new Map();
      for (const name of new Set([...folder.keys(), ...durable.keys()])) {
        const entry = (chance() ? folder : durable).get(name);
        if (entry !== undefined) left.set(name, entry === 'folder' ? entry : survive(entry));
      }
      after.#folders.set(path, left);
      after.#durable.set(path, new Map(left));
    }
    return after;
  }

  /** The names of all files, for expectations. */
  files(): string[] {
    return [...this.#folders]
      .flatMap(([path, folder]) => [...folder].filter(([, entry]) => entry !== 'folder').map(([name]) => `${path}/${name}`))
      .sort();
  }

  #file(path: string, content: Content): NewFile {
    return {
      write: data =>
        this.#call(`write ${path}`, () => {
          const fits = data.subarray(0, Math.min(data.length, this.room));
          this.room -= fits.length;
          content.data = new Uint8Array([...content.data, ...fits]);
          if (fits.length < data.length) throw systemError('ENOSPC');
        }),
      sync: () => this.#call(`sync ${path}`, () => void (content.durable = content.data)),
      close: () => this.#call(`close ${path}`, () => {}),
    };
  }

  async #call<R>(call: string, effect: () => R): Promise<R> {
    const number = ++this.calls;
    this.log.push(call);
    // As on a real disk, nothing is done at once.
    await Promise.resolve();
    await this.interfere('before', call, number);
    const result = effect();
    await this.interfere('after', call, number);
    return result;
  }

  #split(path: string): [Folder, string] {
    const at = path.lastIndexOf('/');
    return [this.#folder(path.slice(0, at)), path.slice(at + 1)];
  }

  #folder(path: string): Folder {
    const folder = this.#folders.get(path === '/' ? '' : path);
    if (!folder) throw systemError('ENOENT');
    return folder;
  }

  #add(path: string, entry: Content | 'folder'): void {
    const [folder, name] = this.#split(path);
    if (folder.has(name)) throw systemError('EEXIST');
    folder.set(name, entry);
  }

  #content(path: string): Content {
    const [folder, name] = this.#split(path);
    const entry = folder.get(name);
    if (entry === undefined) throw systemError('ENOENT');
    if (entry === 'folder') throw systemError('EISDIR');
    return entry;
  }
}

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as the disk of the test says`), { code });
}

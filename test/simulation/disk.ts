/**
 * A disk that forgets what it was not told to keep. Contents are durable behind `sync` of the file, names behind `syncFolder` of their
 * folder; at a loss of power each change of a name since then may be lost or kept by itself, and contents may be torn.
 */
import type { FilePort, NewFile } from '../../src/storages/filePort.js';
import type { Stepper } from './process.js';
import type { Simulation } from './simulation.js';

interface FileNode {
  readonly kind: 'file';
  data: Uint8Array;
  synced: Uint8Array;
}

interface FolderNode {
  readonly kind: 'folder';
  names: Map<string, Node>;
  synced: Map<string, Node>;
}

type Node = FileNode | FolderNode;

/** What breaks in the code that writes to the disk, so that the simulation can be seen to find it. */
export interface DiskBugs {
  readonly noFsync?: boolean;
  readonly noFolderFsync?: boolean;
  /** What has been trimmed is not marked. */
  readonly noTrimMark?: boolean;
}

export class Disk {
  /** Nothing more can be written where this is in the path. */
  full: string | undefined;
  /** How often a sync fails. */
  badSync = 0;
  readonly #root: FolderNode = folder();
  readonly #simulation: Simulation;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  /** A process's view of the disk. */
  port(process: Stepper, bugs: DiskBugs = {}): FilePort {
    const step = <T>(label: string, effect: () => T) => process.step(label, effect);
    return {
      makeFolder: path => step(`mkdir ${path}`, () => this.#add(path, folder())),
      createFile: path => step(`create ${path}`, () => this.#create(path, step, bugs)),
      readFile: path => step(`read ${path}`, () => this.#file(path).data.slice()),
      fileBytes: path => step(`stat ${path}`, () => this.#file(path).data.length),
      list: path =>
        step(`list ${path}`, () => {
          const names = [...this.#folder(path).names.keys()];
          return bugs.noTrimMark ? names.filter(name => !name.startsWith('below-')) : names;
        }),
      link: (from, to) => step(`link ${to}`, () => this.#add(to, this.#file(from))),
      unlink: path => step(`unlink ${path}`, () => this.#unlink(path)),
      syncFolder: path =>
        step(`syncFolder ${path}`, () => {
          const node = this.#folder(path);
          this.#mayFail(path);
          if (!bugs.noFolderFsync) node.synced = new Map(node.names);
        }),
    };
  }

  /** The power is gone. */
  lose(): void {
    this.#loseFolder(this.#root);
  }

  /** A bit of one of the files flips; false: there is none whose path matches. */
  rot(matches: (path: string) => boolean): boolean {
    const files = [...filesIn(this.#root, '')].filter(({ path, node }) => matches(path) && node.data.length > 0);
    const chosen = files[Math.floor(this.#random() * files.length)];
    if (!chosen) return false;
    const at = Math.floor(this.#random() * chosen.node.data.length);
    chosen.node.data = chosen.node.data.slice();
    chosen.node.data[at]! ^= 1 << Math.floor(this.#random() * 8);
    chosen.node.synced = chosen.node.data;
    this.#simulation.note(`bit rot in ${chosen.path}`);
    return true;
  }

  /** Whether a name would survive a loss of power now. */
  isDurable(path: string): boolean {
    let node: Node | undefined = this.#root;
    for (const part of parts(path)) node = node?.kind === 'folder' ? node.synced.get(part) : undefined;
    return node?.kind === 'file' && node.synced.length === node.data.length;
  }

  #random(): number {
    return this.#simulation.random();
  }

  #loseFolder(node: FolderNode): void {
    for (const name of new Set([...node.names.keys(), ...node.synced.keys()])) {
      const now = node.names.get(name);
      const before = node.synced.get(name);
      const left = now === before || this.#random() < 0.5 ? now : before;
      if (left) node.names.set(name, left);
      else node.names.delete(name);
      if (left?.kind === 'folder') this.#loseFolder(left);
      else if (left) this.#tear(left);
    }
    node.synced = new Map(node.names);
  }

  #tear(node: FileNode): void {
    const { data, synced } = node;
    if (data === synced) return;
    const kept = synced.length + Math.floor(this.#random() * (data.length - synced.length + 1));
    const torn = data.slice(0, kept);
    // The length may be there before the contents.
    if (this.#random() < 0.3) torn.fill(0, synced.length);
    node.data = node.synced = torn;
  }

  #create(path: string, step: <T>(label: string, effect: () => T) => Promise<T>, bugs: DiskBugs): NewFile {
    const node: FileNode = { kind: 'file', data: new Uint8Array(0), synced: new Uint8Array(0) };
    this.#add(path, node);
    return {
      write: data =>
        step(`write ${path}`, () => {
          const full = this.#isFull(path);
          const room = full ? Math.floor(this.#random() * data.length) : data.length;
          const joined = new Uint8Array(node.data.length + room);
          joined.set(node.data);
          joined.set(data.subarray(0, room), node.data.length);
          node.data = joined;
          if (full) throw failure('ENOSPC', path);
        }),
      sync: () =>
        step(`sync ${path}`, () => {
          this.#mayFail(path);
          if (!bugs.noFsync) node.synced = node.data;
        }),
      close: () => Promise.resolve(),
    };
  }

  #isFull(path: string): boolean {
    return this.full !== undefined && path.includes(this.full);
  }

  /** A full disk may find that out late. */
  #mayFail(path: string): void {
    if (this.#isFull(path) && this.#random() < 0.3) throw failure('ENOSPC', path);
    if (this.badSync > 0 && this.#random() < this.badSync) throw failure('EIO', path);
  }

  #add(path: string, node: Node): void {
    const parent = this.#folder(parentOf(path));
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (parent.names.has(name)) throw failure('EEXIST', path);
    if (node.kind === 'folder' && this.#isFull(path)) throw failure('ENOSPC', path);
    parent.names.set(name, node);
  }

  #unlink(path: string): void {
    this.#file(path);
    this.#folder(parentOf(path)).names.delete(path.slice(path.lastIndexOf('/') + 1));
  }

  #file(path: string): FileNode {
    const node = this.#find(path);
    if (node.kind !== 'file') throw failure('EISDIR', path);
    return node;
  }

  #folder(path: string): FolderNode {
    const node = this.#find(path);
    if (node.kind !== 'folder') throw failure('ENOTDIR', path);
    return node;
  }

  #find(path: string): Node {
    let node: Node | undefined = this.#root;
    for (const part of parts(path)) node = node?.kind === 'folder' ? node.names.get(part) : undefined;
    if (!node) throw failure('ENOENT', path);
    return node;
  }
}

function folder(): FolderNode {
  return { kind: 'folder', names: new Map(), synced: new Map() };
}

const known = new Map<string, readonly string[]>();

/** Schedules use the same paths again and again. */
function parts(path: string): readonly string[] {
  let found = known.get(path);
  if (!found) known.set(path, (found = path.split('/').filter(part => part !== '')));
  return found;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function* filesIn(node: FolderNode, path: string): Generator<{ path: string; node: FileNode }> {
  for (const [name, inner] of node.names) {
    if (inner.kind === 'folder') yield* filesIn(inner, `${path}/${name}`);
    else yield { path: `${path}/${name}`, node: inner };
  }
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

/** Makes folders, each once, so that they survive a loss of power: the name of a folder lies in its parent, which is synced. */
import { codeOf, type FilePort } from './filePort.js';

export class FolderMaker {
  readonly #port: FilePort;
  readonly #root: string;
  readonly #made = new Map<string, Promise<void>>();

  /** `root`: the folder above which nothing is ours: what is there is there. */
  constructor(port: FilePort, root: string) {
    this.#port = port;
    this.#root = root;
  }

  make(path: string): Promise<void> {
    let made = this.#made.get(path);
    if (!made) {
      made = this.#make(path);
      this.#made.set(path, made);
      made.catch(() => this.#made.delete(path));
    }
    return made;
  }

  /** Looks again next time. */
  forget(): void {
    this.#made.clear();
  }

  async #make(path: string): Promise<void> {
    const parent = path.slice(0, path.lastIndexOf('/')) || '/';
    // Also if it is there: whoever made it may have died before it was synced.
    if (path.length > this.#root.length) await this.make(parent);
    try {
      await this.#create(path, parent);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || parent === path) throw error;
      await this.make(parent);
      await this.#create(path, parent);
    }
  }

  async #create(path: string, parent: string): Promise<void> {
    try {
      await this.#port.makeFolder(path);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      // Whoever made it may not have come to sync it yet.
      if (path.length < this.#root.length) return;
    }
    await this.#port.syncFolder(parent);
  }
}

/** What all views of one life of a job have in common. */

import type { WindowsAtWork } from '../engine/windowsAtWork.js';
import { CommittedState } from './committedState.js';
import { Feed } from './feed.js';
import { Scans } from './scans.js';
import type { ViewHost } from './viewHost.js';

export class SharedState {
  readonly scans: Scans;
  readonly committed: CommittedState;

  readonly #host: ViewHost;
  readonly #feeds = new Map<string, Feed<any>>();
  #count = 0;

  private constructor(host: ViewHost) {
    this.#host = host;
    this.scans = new Scans(host.env, host);
    this.committed = new CommittedState(host);
    host.listener = this.committed;
    const close = (): void => this.scans.close();
    host.done.then(close, close);
  }

  /** The changes of an operator, from now on or for longer: it must not be at work. */
  feedOf(name: string): Feed<any> {
    const there = this.#feeds.get(name);
    if (there) return there;
    const operator = this.#host.windows.get(name) as WindowsAtWork<any, any, any>;
    const feed = new Feed<any>(operator, ++this.#count, () => void this.#feeds.delete(name));
    this.#feeds.set(name, feed);
    return feed;
  }

  static of(host: ViewHost): SharedState {
    host.shared ??= new SharedState(host);
    return host.shared as SharedState;
  }
}

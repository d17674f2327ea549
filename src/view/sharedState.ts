/** What all views of one life of a job have in common. */
import { CommittedState } from './committedState.js';
import { Scans } from './scans.js';
import type { ViewHost } from './viewHost.js';

export class SharedState {
  readonly scans: Scans;
  readonly committed: CommittedState;

  private constructor(host: ViewHost) {
    this.scans = new Scans(host.env, host.epoch);
    this.committed = new CommittedState(host);
    host.listener = this.committed;
    const close = (): void => this.scans.close();
    host.done.then(close, close);
  }

  static of(host: ViewHost): SharedState {
    host.shared ??= new SharedState(host);
    return host.shared as SharedState;
  }
}

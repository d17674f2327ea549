/**
 * Where a job is at work, as far as that is its business: who else runs it, when its end may come unannounced, and what is known of earlier
 * runs. A host is for liveness alone. That no two runs mix is up to the log, with a host or without one.
 */

/** A run of a job, as its host sees it. */
export interface HostedRun {
  /** The name of the job. */
  readonly job: string;
  /** The name of its storage. */
  readonly storage: string;
  /** The job has been stopped while it waits to begin: `enter` rejects. */
  readonly signal: AbortSignal;
  /** Says that another run is at work, and that this one waits until that is over. */
  standBy(): void;
  /** Says that another run has taken the job over: this one ends, `FENCED`. */
  lose(): void;
  /** Asks for a checkpoint now, since the run may end without another word, or may have lost the job unawares. */
  hurry(): void;
}

/** A run that is at work in its host. */
export interface HostStay {
  /** The newest checkpoint that a run has made here, as far as the host remembers. A storage that has only older ones has lost it. */
  readonly checkpoint?: number | undefined;
  /** This checkpoint is durable and committed. */
  remember?(checkpoint: number): void;
  /** The run is over: lets the next one in. */
  leave(): void;
}

/** What {@link run} takes as `host`; `webPage()` of `tidemark/indexeddb` is one. */
export interface JobHost {
  /** Resolves when the run may begin. Called before the storage is opened. */
  enter(run: HostedRun): Promise<HostStay>;
}

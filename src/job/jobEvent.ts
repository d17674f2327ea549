/** What a job tells of itself. */
import type { CompletedCheckpoint, CoordinatorEvent } from '../checkpoint/events.js';
import type { TidemarkError } from '../errors.js';
import type { WatermarkBehind } from '../explain/reason.js';
import type { KafkaLag, KafkaStuck, KafkaTransaction } from '../kafka/lag.js';

/** Where a job is in its life. */
export type JobState =
  /** It takes the job over and reads what it goes on from. */
  | 'starting'
  /** Another run of it is at work in its host, and it waits until that is over: see `webPage`. */
  | 'standby'
  | 'running'
  /** The sources have ended, or it is being stopped: the last checkpoint is made. */
  | 'draining'
  /** It has failed, and rests before it is begun again. */
  | 'restarting'
  /** It is over, and everything is committed. */
  | 'completed'
  /** It has been stopped. */
  | 'stopped'
  | 'failed';

/** What happens to a job. */
export type JobEvent =
  | { readonly type: 'state'; readonly state: JobState }
  /** `restored`: the checkpoint that it goes on from; undefined: it begins anew. */
  | { readonly type: 'started'; readonly restored: number | undefined }
  /**
   * Its host remembers `checkpoint`, and the storage has nothing so new: the browser has evicted it, or somebody has deleted it. The job goes on
   * from `restored`; undefined: it begins anew.
   */
  | { readonly type: 'stateLost'; readonly checkpoint: number; readonly restored: number | undefined }
  | { readonly type: 'checkpoint'; readonly checkpoint: CompletedCheckpoint }
  /** It never happened: its rows go into the next one, and the job goes on. */
  | { readonly type: 'checkpointFailed'; readonly error: TidemarkError }
  /** It has failed with `error`, and is begun again. */
  | {
      readonly type: 'restarting';
      /** For which time in a row. */
      readonly attempt: number;
      /** In so many milliseconds. */
      readonly delay: number;
      readonly error: unknown;
    }
  /** Windows wait for a source from which nothing has come for as long as `silentAfter`. Said once for each silence. */
  | {
      readonly type: 'silent';
      /** The operator whose windows wait. */
      readonly windows: string;
      /** Which source it is, since when, and what to do: `String(reason)` says it in a sentence. */
      readonly reason: WatermarkBehind;
    }
  /** A source no longer kept what comes behind the position of the checkpoint, and was told to go on at the earliest. */
  | {
      readonly type: 'sourceReset';
      /** Its name. */
      readonly source: string;
      /** That of the checkpoint. */
      readonly position: unknown;
      /** Where it goes on. */
      readonly earliest: unknown;
    }
  /** Of a job that many processes divide among themselves: what has happened to a task that this one has. */
  | {
      readonly type: 'task';
      /** Its number, from 0. */
      readonly task: number;
      /** The stage whose task it is; undefined: the first one. */
      readonly stage: string | undefined;
      /** What jobs tell, of the task alone; and `lost`. */
      readonly event: JobEvent;
    }
  /** The task was given to another process, or this one has lost touch with those who divide them. */
  | { readonly type: 'lost' }
  | KafkaLag
  | KafkaStuck
  | KafkaTransaction
  /** What the owner of the log says besides; see `CoordinatorEvent`. */
  | { readonly type: 'log'; readonly event: CoordinatorEvent };

/** What a job is, now. */
export interface JobStatus {
  /** Where it is in its life. */
  readonly state: JobState;
  /** The newest checkpoint that is durable and committed; that which it was restored from, before the first. */
  readonly checkpoint: number | undefined;
  /** Whether checkpoints survive this process. */
  readonly durable: boolean;
}

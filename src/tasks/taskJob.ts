/** One life of a task: a job over the partitions that are its own. */

import type { JobSpec } from '../job/jobSpec.js';
import { RunningJob } from '../job/runningJob.js';
import type { EventStream } from '../stream/eventStream.js';
import type { TaskPlace } from './taskPlace.js';
import { type TaskMarks, type TaskRows, TaskSink } from './taskSink.js';

export class TaskJob<T> extends RunningJob<T> {
  /** By which its sources find what they read. */
  readonly place: TaskPlace;

  constructor(outputs: readonly EventStream<T>[], spec: JobSpec, place: TaskPlace, rows: readonly TaskRows[], marks: readonly TaskMarks[]) {
    super(outputs, {
      ...spec,
      name: place.job,
      task: String(place.number),
      companion: context => new TaskSink(place, spec.storage, rows, marks, context),
    });
    this.place = place;
  }
}

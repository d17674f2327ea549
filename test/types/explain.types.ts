/** Explanations and inspection: codes tell reasons apart, types tell events apart, and what is none does not compile. */
import { createNoopMeter } from '@opentelemetry/api';
import type { Observable } from 'rxjs';
import {
  type CompletedCheckpoint,
  type DropCounts,
  defineTrigger,
  type Explanation,
  explain,
  type InspectEvent,
  inspect,
  type Job,
  type JobEvent,
  type KeptEvents,
  keepEvents,
  type LateRecord,
  type OperatorWatermark,
  type Pane,
  prometheusText,
  type Timestamp,
  type TriggerWait,
  watermarks,
} from 'tidemark';
import { otelMetrics } from 'tidemark/otel';
import { type Recording, record } from 'tidemark/testing';
import { type Flight, flights$, is } from './exact.js';

declare const job: Job<Flight>;
declare const recording: Recording<Flight>;

/* Explanations */
const why = explain(job, 'delays', 'AMS', 5);
is<typeof why>().exactly<Explanation>(true);
explain(recording, 'delays', undefined, { start: 0, end: 10 }) satisfies Explanation;
is<typeof why.status>().exactly<'waiting' | 'fired' | 'closed' | 'expired' | 'empty' | 'not-running'>(true);
for (const reason of why.reasons) {
  is<typeof reason.hint>().exactly<string>(true);
  if (reason.code === 'watermark-behind') is<typeof reason.lastEvent>().exactly<Timestamp | undefined>(true);
  if (reason.code === 'trigger-waiting') is<typeof reason.waits>().exactly<TriggerWait>(true);
  if (reason.code === 'dropped') is<typeof reason.counts>().exactly<Partial<DropCounts>>(true);
  // @ts-expect-error only some have it
  void reason.inside;
  // @ts-expect-error there is no such reason
  void (reason.code === 'unknown');
}
watermarks(job) satisfies readonly OperatorWatermark[];
// @ts-expect-error a stream that is not at work cannot be asked
explain(flights$, 'delays', 'AMS', 5);
// @ts-expect-error neither an instant nor a window
explain(job, 'delays', 'AMS', '10:30');
// @ts-expect-error an explanation is read only
why.status = 'fired';

/* Triggers */
const trigger = {
  name: 'mine',
  fires: 'any-time',
  finishes: 'never',
  init: () => 0,
  onElement: (n: number) => n + 1,
  shouldFire: (n: number) => n > 3,
  onFire: () => 0,
  isFinished: () => false,
  merge: () => 0,
} as const;
defineTrigger<Flight, number>({ ...trigger, waits: n => ({ for: 'elements', count: 3 - n }) });
// @ts-expect-error not what anything waits for
defineTrigger<Flight, number>({ ...trigger, waits: () => ({ for: 'luck' }) });

/* Jobs say so by themselves */
declare const event: JobEvent;
if (event.type === 'silent') is<typeof event.reason.elements>().exactly<number>(true);

/* Inspection */
const events = inspect(job, { kinds: ['pane'], perSecond: 10, operators: ['delays'] });
is<typeof events>().exactly<Observable<InspectEvent>>(true);
inspect(recording);
events.subscribe(happened => {
  if (happened.type === 'pane') is<typeof happened.pane>().exactly<Pane<unknown, unknown>>(true);
  if (happened.type === 'drop') is<typeof happened.record>().exactly<LateRecord<unknown>>(true);
  if (happened.type === 'snapshot') is<typeof happened.checkpoint>().exactly<CompletedCheckpoint>(true);
  if (happened.type === 'job') is<typeof happened.event>().exactly<JobEvent>(true);
  // @ts-expect-error only those of operators have it
  void happened.operator;
});
// @ts-expect-error no such kind
inspect(job, { kinds: ['panes'] });
keepEvents(events, 10) satisfies KeptEvents<InspectEvent>;

/* Numbers */
prometheusText(job) satisfies string;
otelMetrics(job, createNoopMeter()).unsubscribe();
// @ts-expect-error a recording has no checkpoints to count
prometheusText(recording);
void record;

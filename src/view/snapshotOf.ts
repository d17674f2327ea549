import { mustBe } from '../errors.js';
import { HeldState } from './heldState.js';
import { checkRunning } from './problems.js';
import { Snapshot } from './snapshot.js';
import type { HostOf } from './viewHost.js';

/**
 * Holds the state of all operators of a job as it is at one instant, between two elements: what views with `{ read: snapshot }` read. While it
 * is held, what changes is copied once; so close it.
 *
 * @throws TidemarkError (it rejects with) `NOT_NOW` if the job is not running.
 * @example
 * ```ts
 * import { type Job, snapshotOf, view } from 'tidemark';
 *
 * declare const job: Job<unknown>;
 * const orders = view<string, number>('orders');
 * const payments = view<string, number>('payments');
 *
 * const now = await snapshotOf(job);
 * const open = (await job.view(orders, { read: now }).get('ann')).value ?? 0;
 * const paid = (await job.view(payments, { read: now }).get('ann')).value ?? 0; // of the same instant
 * now.close();
 * ```
 */
export async function snapshotOf(job: { readonly name: string }): Promise<Snapshot> {
  const { hostOf } = job as { readonly hostOf?: HostOf };
  if (!hostOf) throw mustBe('snapshotOf: its argument', 'a job of this process', job);
  // Whatever call this stands in is over then.
  await undefined;
  const before = hostOf();
  if (before && (before.state === 'starting' || before.state === 'standby')) await before.begun.catch(() => undefined);
  const host = hostOf();
  checkRunning(host, `snapshot of ${job.name}`);
  return new Snapshot(host, new HeldState(host));
}

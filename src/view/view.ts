import type { StateHandle } from '../engine/stateHandle.js';
import { checkFunction, mustBe, readOptions } from '../errors.js';
import { type JobView, WindowsView } from './jobView.js';
import type { HostOf } from './viewHost.js';
import { readViewOptions, type ViewOptions } from './viewOptions.js';

/** What {@link view} takes. */
export interface ViewHandleOptions<K, V> {
  /**
   * Values by which entries can be asked for, each of the key and the value of a window: `entries({ where: { size: 'big' } })`. They must depend
   * on these alone. Nothing is computed for an element; what is asked for is computed when it is asked.
   */
  readonly index?: Readonly<Record<string, (key: K, value: V) => unknown>>;
}

/** Names an operator, and knows its types; made by {@link view}. */
export interface ViewHandle<K, V> extends StateHandle<K, V> {
  /**
   * What a job gives for it.
   * @internal
   */
  open(hostOf: HostOf, options: ViewOptions): JobView<K, V>;
}

/**
 * Names an operator, so that its state can be asked: give it to `windowBy` as its `name`, where the compiler holds it to the types of keys and
 * values, and to `job.view`. Without views nothing is done for them, neither for an element nor at a checkpoint.
 *
 * @param name The name of the operator, as checkpoints have it.
 * @throws TidemarkError `BAD_OPTION`.
 * @example
 * ```ts
 * import { count, eventTime, replayable, run, tumbling, view, windowBy } from 'tidemark';
 *
 * const perUser = view<string, number>('perUser');
 * const clicks = [{ user: 'ann', at: 5 }, { user: 'bob', at: 8 }];
 * const job = run(
 *   eventTime(replayable(clicks), { name: 'clicks', timestamp: click => click.at }).pipe(
 *     windowBy(tumbling('1h'), { name: perUser, key: click => click.user, aggregate: count() }),
 *   ),
 *   { name: 'clicks', atEnd: 'pause' },
 * );
 * const { value } = await job.view(perUser, { atLeast: { clicks: 2 } }).get('ann', 5); // 1
 * ```
 */
export function view<K, V>(name: string, options: ViewHandleOptions<NoInfer<K>, NoInfer<V>> = {}): ViewHandle<K, V> {
  if (typeof name !== 'string' || name === '') throw mustBe('view: its first argument', 'the name of an operator', name);
  const { index = {} } = readOptions(options, { index: checkIndexes }, `view "${name}"`);
  return Object.freeze<ViewHandle<K, V>>({
    name,
    open: (hostOf, asked) => new WindowsView<K, V>(name, hostOf, readViewOptions(asked, `view "${name}"`), index),
  });
}

function checkIndexes(indexes: any, where: string): Readonly<Record<string, (key: any, value: any) => unknown>> {
  if (typeof indexes !== 'object' || indexes === null) throw mustBe(where, 'an object of functions', indexes);
  for (const [name, index] of Object.entries(indexes)) checkFunction(index, `${where}: ${name}`);
  return indexes;
}

/** Whether something was made by {@link view}. */
export function checkHandle(handle: unknown, where: string): void {
  if (typeof (handle as { open?: unknown } | null)?.open !== 'function') throw mustBe(where, "a handle: view('name')", handle);
}

/**
 * The state of an operator in the tasks that this process has, read as one. Keys lie in one task each, so what one task answers is the answer;
 * what tasks of other processes hold is not seen from here.
 */
import { type Observable, throwError } from 'rxjs';
import type { TimeWindow } from '../engine/window.js';
import { mustBe, TidemarkError } from '../errors.js';
import type { Timestamp } from '../time/timestamp.js';
import type { ViewAnswer, ViewEntry, ViewPage, ViewWindows } from '../view/answer.js';
import type { JobView } from '../view/jobView.js';
import type { LocalView } from '../view/localView.js';
import { notNow } from '../view/problems.js';
import type { ViewChange } from '../view/viewChange.js';
import type { ChangesOptions, EntriesOptions, WindowsOptions } from '../view/viewOptions.js';

/** Views of the tasks that are at work, by their numbers. */
export type TaskViews<K, V> = () => ReadonlyMap<number, JobView<K, V>>;

export class TasksView<K, V> implements JobView<K, V> {
  readonly name: string;
  readonly local: LocalView<K, V>;
  readonly #views: TaskViews<K, V>;

  constructor(name: string, views: TaskViews<K, V>) {
    this.name = name;
    this.#views = views;
    this.local = {
      get: (key, at) => best(this.#tasks().map(([, view]) => view.local.get(key, at))),
      of: key => this.#tasks().flatMap(([, view]) => view.local.of(key)),
    };
  }

  async get(key: K, at?: Timestamp | TimeWindow): Promise<ViewAnswer<K, V>> {
    return best(await Promise.all(this.#tasks().map(([, view]) => view.get(key, at))));
  }

  /** Task after task: each page is of one of them, and so is the instant of it. */
  async entries(options: EntriesOptions<K> = {}): Promise<ViewPage<K, V>> {
    const { cursor, ...wanted } = options;
    const [, number, inner] = cursor === undefined ? [] : (/^(\d+):(.*)$/.exec(cursor) ?? badCursor(this.name, cursor));
    const all = this.#tasks();
    const at = number === undefined ? 0 : all.findIndex(([task]) => task === Number(number));
    if (at < 0)
      throw new TidemarkError(
        'CURSOR_EXPIRED',
        `view "${this.name}": entries: task ${number} is another process's by now. Begin the scan again.`,
      );
    const [, view] = all[at] as [number, JobView<K, V>];
    const page = await view.entries(inner ? { ...wanted, cursor: inner } : wanted);
    const [task] = (page.cursor === undefined ? all[at + 1] : all[at]) ?? [];
    return { ...page, cursor: task === undefined ? undefined : `${task}:${page.cursor ?? ''}` };
  }

  async *scan(options: EntriesOptions<K> = {}): AsyncGenerator<ViewEntry<K, V>, undefined> {
    for (const [, view] of this.#tasks()) yield* view.scan(options);
    return undefined;
  }

  async windows(options?: WindowsOptions): Promise<ViewWindows> {
    const all = await Promise.all(this.#tasks().map(([, view]) => view.windows(options)));
    const found = new Map(all.flatMap(({ windows }) => windows.map(window => [`${window.start}/${window.end}`, window] as const)));
    const least = all.reduce((slowest, next) => (next.watermark < slowest.watermark ? next : slowest));
    return { ...least, windows: [...found.values()].sort((a, b) => a.start - b.start || a.end - b.end) };
  }

  changes(_options?: ChangesOptions<K>): Observable<ViewChange<K, V>> {
    return throwError(() => notFollowed(this.name));
  }

  // biome-ignore lint/correctness/useYield: it has nothing to say but that.
  async *follow(_options?: ChangesOptions<K>): AsyncGenerator<ViewChange<K, V>, undefined> {
    throw notFollowed(this.name);
  }

  close(): void {
    for (const view of this.#views().values()) view.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #tasks(): [number, JobView<K, V>][] {
    const all = [...this.#views()].sort(([a], [b]) => a - b);
    if (all.length === 0) throw notNow(`view "${this.name}": no task of the job is at work in this process`, 'Ask another one, or again.');
    return all;
  }
}

/** One that holds something; or one of which it is known that it is gone. */
function best<K, V>(answers: readonly ViewAnswer<K, V>[]): ViewAnswer<K, V> {
  const held = answers.find(({ status }) => status !== 'none' && status !== 'expired');
  return held ?? answers.find(({ status }) => status === 'expired') ?? (answers[0] as ViewAnswer<K, V>);
}

function badCursor(name: string, cursor: string): never {
  throw mustBe(`view "${name}": entries: cursor`, 'one of this view', cursor);
}

function notFollowed(name: string): TidemarkError {
  return new TidemarkError(
    'NOT_READABLE',
    `view "${name}": a job over Kafka cannot be followed by its views. Follow the topic that it writes, or read entries() again.`,
  );
}

/** Jobs whose elements come when a test says so, and what they must hold. */
import { share } from 'rxjs';
import { count } from '../../src/aggregates/count.js';
import { sum } from '../../src/aggregates/sum.js';
import type { Job } from '../../src/job/job.js';
import { type Replayable, replayable } from '../../src/job/replayable.js';
import { type RunOptions, run } from '../../src/job/run.js';
import { eventTime } from '../../src/operators/eventTime.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { boundedOutOfOrderness } from '../../src/time/boundedOutOfOrderness.js';
import type { ViewEntry } from '../../src/view/answer.js';
import { view } from '../../src/view/view.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { session } from '../../src/windows/session.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { Model, type ModelState } from '../properties/model.js';

export interface Click {
  readonly key: string;
  readonly value: number;
  readonly timestamp: number;
}

export const click = (key: string, timestamp: number, value = 1): Click => ({ key, value, timestamp });

/** Elements come in when they are added. */
export class Inflow {
  readonly clicks: Click[] = [];
  #waiting: (() => void)[] = [];

  add(...clicks: readonly Click[]): void {
    this.clicks.push(...clicks);
    for (const resume of this.#waiting.splice(0)) resume();
  }

  get source(): Replayable<Click> {
    const { clicks } = this;
    return replayable<Click>({
      open: (from: number = 0) => {
        let at = from;
        return {
          read: async () => {
            while (at >= clicks.length) await new Promise<void>(resume => this.#waiting.push(resume));
            const start = at;
            at = Math.min(clicks.length, at + 3);
            return { values: clicks.slice(start, at), positionAfter: (taken: number) => start + taken };
          },
        };
      },
    });
  }
}

/** How far the watermark stays behind. */
const BOUND = 4;

export const all = view<undefined, number>('all');
export const perTen = view<string, number>('perTen', { index: { odd: (_key, value) => value % 2 === 1, name: key => key } });
export const perFive = view<string, number>('perFive');
export const visits = view<string, number>('visits');
export const VIEWS = { perTen, perFive, visits } as const;
export type ViewName = keyof typeof VIEWS;

const SPECS = {
  perTen: { window: { kind: 'tumbling', size: 10 }, allowedLateness: 12 },
  perFive: { window: { kind: 'sliding', size: 15, slide: 5 }, allowedLateness: 0 },
  visits: { window: { kind: 'session', gap: 5 }, allowedLateness: 7 },
} as const;

/** Runs windows of several kinds; `all` counts how many elements have come. Each element goes through all of them before the next one. */
export function runJob(inflow: Inflow, options: Partial<RunOptions> = {}): Job<unknown> {
  const clicks = eventTime(inflow.source, {
    name: 'clicks',
    timestamp: ({ timestamp }) => timestamp,
    watermark: boundedOutOfOrderness(BOUND),
  }).pipe(share());
  const aggregate = sum(({ value }: Click) => value);
  const key = ({ key: own }: Click): string => {
    if (own === '!') throw new Error('broken');
    return own;
  };
  return run<unknown>(
    [
      clicks.pipe(windowBy(globalWindow(), { name: all, aggregate: count() })),
      clicks.pipe(windowBy(tumbling(10), { name: perTen, key, aggregate, allowedLateness: 12 })),
      clicks.pipe(windowBy(sliding(15, 5), { name: perFive, key, aggregate })),
      clicks.pipe(windowBy(session(5), { name: visits, key, aggregate, allowedLateness: 7 })),
    ],
    { name: 'job', checkpoints: { every: '1h', minPause: 0 }, ...options },
  );
}

/** What a view must hold when so many elements have come, one text an entry, in order. */
export function expectedOf(name: ViewName, clicks: readonly Click[]): string[] {
  const model = new Model({ ...SPECS[name], trigger: { kind: 'default' }, accumulation: 'accumulating', aggregate: 'sum' }, 0);
  let newest = -Infinity;
  for (const one of clicks) {
    model.element(one);
    newest = Math.max(newest, one.timestamp);
    model.advance(newest - BOUND, model.clock);
  }
  return model.state.map(told).sort();
}

function told({ key, start, end, value, status, pane }: Omit<ModelState, 'fresh'>): string {
  return `${key} [${start},${end}) = ${value} ${status} ${pane ? `${pane.timing} ${pane.index}` : 'no pane'}`;
}

/** Entries as texts, in order. */
export function textsOf(entries: Iterable<ViewEntry<string, number>>): string[] {
  const texts: string[] = [];
  for (const { key, window, value, status, pane } of entries) texts.push(told({ key, ...window, value, status, pane }));
  return texts.sort();
}

/** Lets everything else have its turn, some times. */
export async function turns(count = 3): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise(resolve => setImmediate(resolve));
}

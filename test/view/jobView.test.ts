/** Views of jobs at work, against a model that shares no code with the engine: each answer is the state behind some number of elements. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stateOn } from '../../src/engine/stateOn.js';
import type { WorkingState } from '../../src/engine/workingState.js';
import type { Job } from '../../src/job/job.js';
import { memoryStorage } from '../../src/storages/memoryStorage.js';
import { orderedMemory } from '../../src/storages/orderedMemory.js';
import type { ViewEntry } from '../../src/view/answer.js';
import type { JobView } from '../../src/view/jobView.js';
import { snapshotOf } from '../../src/view/snapshotOf.js';
import type { ViewChange } from '../../src/view/viewChange.js';
import type { ViewOptions } from '../../src/view/viewOptions.js';
import { runs } from '../properties/arbitraries.js';
import { all, type Click, expectedOf, Inflow, runJob, textsOf, turns, VIEWS, type ViewName } from './support.js';

const names = Object.keys(VIEWS) as ViewName[];

/** Takes the changes of a view. */
class Copy {
  entries: ViewEntry<string, number>[] = [];
  cursor: string | undefined;

  take(change: ViewChange<string, number>): void {
    if (change.type === 'reset') this.entries = [];
    else if (change.type === 'entry') this.entries.push(change.entry);
    else {
      this.cursor = change.cursor;
      if (change.type === 'key') this.entries = [...this.entries.filter(({ key }) => key !== change.key), ...change.entries];
      this.entries = this.entries.filter(({ expires }) => expires > change.watermark);
    }
  }
}

/** A job, and what is known of it. */
class World {
  readonly inflow = new Inflow();
  readonly storage = memoryStorage();
  readonly state: WorkingState | undefined;
  job: Job<unknown>;
  /** What committed views have shown so far. */
  readonly shown = { seq: 0, count: 0 };

  constructor(stored: boolean) {
    this.state = stored ? stateOn(orderedMemory(), { cache: 2 }) : undefined;
    this.job = this.begin();
  }

  begin(): Job<unknown> {
    return runJob(this.inflow, { storage: this.storage, ...(this.state && { state: this.state }) });
  }

  view(name: ViewName, options: ViewOptions = {}): JobView<string, number> {
    return this.job.view(VIEWS[name], options);
  }

  /** The state is that behind some number of elements, of at least `least`; returns the least such number. */
  isSome(name: ViewName, entries: Iterable<ViewEntry<string, number>>, least: number): void {
    const seen = textsOf(entries);
    const { clicks } = this.inflow;
    for (let count = least; count <= clicks.length; count++)
      if (JSON.stringify(expectedOf(name, clicks.slice(0, count))) === JSON.stringify(seen)) return;
    expect(seen).toEqual(expectedOf(name, clicks.slice(0, least)));
  }

  async paged(name: ViewName, limit: number, add: readonly Click[]): Promise<ViewEntry<string, number>[]> {
    const view = this.view(name);
    const entries: ViewEntry<string, number>[] = [];
    let page = await view.entries({ limit });
    for (;;) {
      entries.push(...page.entries);
      if (page.cursor === undefined) return entries;
      this.inflow.add(...add);
      await turns(2);
      // A page may be asked for once more.
      const { cursor } = page;
      page = await view.entries({ limit, cursor });
      expect(await view.entries({ limit, cursor }).catch(() => page)).toEqual(page);
    }
  }
}

interface Real {
  world: World;
}
type Step = fc.AsyncCommand<object, Real>;

const clicksOf = fc.array(
  fc.record({ key: fc.constantFrom('a', 'b', 'c'), value: fc.integer({ min: 1, max: 3 }), timestamp: fc.integer({ min: 0, max: 60 }) }),
  { minLength: 1, maxLength: 6 },
);

function step(name: string, run: (world: World) => Promise<void>): Step {
  return { check: () => true, run: async (_model, { world }) => run(world), toString: () => name };
}

const named = fc.constantFrom(...names);
const steps: fc.Arbitrary<Step>[] = [
  clicksOf.map(clicks => step(`add ${JSON.stringify(clicks)}`, async ({ inflow }) => inflow.add(...clicks))),
  fc.nat(3).map(count => step(`${count} turns`, () => turns(count))),
  named.map(name =>
    step(`all of ${name}`, async world => {
      const { length } = world.inflow.clicks;
      const { entries } = await world.view(name, { atLeast: { clicks: length } }).entries();
      world.isSome(name, entries, length);
    }),
  ),
  named.map(name =>
    step(`latest of ${name}`, async world => {
      const { entries } = await world.view(name).entries();
      world.isSome(name, entries, 0);
    }),
  ),
  fc.record({ name: named, limit: fc.integer({ min: 1, max: 3 }), clicks: clicksOf }).map(({ name, limit, clicks }) =>
    step(`pages of ${limit} of ${name} with ${JSON.stringify(clicks)}`, async world => {
      world.isSome(name, await world.paged(name, limit, clicks), 0);
    }),
  ),
  clicksOf.map(clicks =>
    step(`snapshot, then ${JSON.stringify(clicks)}`, async world => {
      const snapshot = await snapshotOf(world.job);
      const count = (await world.job.view(all, { read: snapshot }).get(undefined)).value ?? 0;
      world.inflow.add(...clicks);
      await turns(4);
      for (const name of names) {
        const { entries } = await world.view(name, { read: snapshot }).entries();
        expect(textsOf(entries)).toEqual(expectedOf(name, world.inflow.clicks.slice(0, count)));
      }
      snapshot.close();
    }),
  ),
  fc.constant(
    step('committed', async world => {
      const views = names.map(name => world.view(name, { read: 'committed' }));
      const counts = world.job.view(all, { read: 'committed' });
      const pages = await Promise.all(views.map(view => view.entries()));
      const { value: count = 0, checkpoint = 0 } = await counts.get(undefined);
      expect(checkpoint).toBeGreaterThanOrEqual(world.shown.seq);
      expect(count).toBeGreaterThanOrEqual(world.shown.count);
      Object.assign(world.shown, { seq: checkpoint, count });
      pages.forEach((page, i) => {
        if (page.checkpoint === checkpoint)
          expect(textsOf(page.entries)).toEqual(expectedOf(names[i] as ViewName, world.inflow.clicks.slice(0, count)));
      });
    }),
  ),
  fc.constant(step('checkpoint', async ({ job }) => void (await job.checkpoint()))),
  fc.boolean().map(drain =>
    step(drain ? 'stop, and run again' : 'crash, and run again', async world => {
      await world.job.stop({ drain });
      world.job = world.begin();
    }),
  ),
];

describe('views of a job', () => {
  it.each([false, true])(
    'answer with the state behind some number of elements, on tables: %s',
    async stored => {
      await fc.assert(
        fc.asyncProperty(fc.commands(steps, { maxCommands: 14 }), async commands => {
          const world = new World(stored);
          try {
            await fc.asyncModelRun(() => ({ model: {}, real: { world } }), commands);
          } finally {
            await world.job.stop();
          }
        }),
        { numRuns: runs(stored ? 15 : 30) },
      );
    },
    60_000,
  );

  it.each([false, true])(
    'are followed: who takes all changes holds what there is, on tables: %s',
    async stored => {
      await fc.assert(
        fc.asyncProperty(named, fc.array(fc.tuple(clicksOf, fc.nat(3)), { maxLength: 6 }), fc.boolean(), async (name, rounds, again) => {
          const world = new World(stored);
          const view = world.view(name);
          const copy = new Copy();
          let following = view.changes().subscribe(change => copy.take(change));
          for (const [clicks, count] of rounds) {
            world.inflow.add(...clicks);
            await turns(count);
            if (!again || copy.cursor === undefined) continue;
            following.unsubscribe();
            following = view.changes({ cursor: copy.cursor }).subscribe(change => {
              expect(change.type).not.toBe('reset');
              copy.take(change);
            });
          }
          const { length } = world.inflow.clicks;
          await world.view(name, { atLeast: { clicks: length } }).get('a');
          for (let i = 0; i < 50 && textsOf(copy.entries).join() !== expectedOf(name, world.inflow.clicks).join(); i++) await turns(1);
          expect(textsOf(copy.entries)).toEqual(expectedOf(name, world.inflow.clicks));
          following.unsubscribe();
          await world.job.stop();
        }),
        { numRuns: runs(stored ? 15 : 30) },
      );
    },
    60_000,
  );
});

/** What panes add up to: nothing is lost, nothing counts twice, and what was withdrawn is gone. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignedScenarios, runs, type Scenario, sessionScenarios } from './arbitraries.js';
import { runEngine, type Said } from './engine.js';
import type { ModelPane } from './model.js';

type SpecPart = Partial<Scenario['spec']>;

const scenarios = fc.oneof(alignedScenarios, sessionScenarios);
const withSpec = ({ spec, steps }: Scenario, part: SpecPart): Scenario => ({ spec: { ...spec, ...part }, steps });
const panesOf = (said: readonly Said[]): ModelPane[] => said.flatMap(({ panes }) => panes);
const place = ({ key, start, end }: Pick<ModelPane, 'key' | 'start' | 'end'>): string => `${key} ${start} ${end}`;

/** What stands in the end: the last pane of each window, without those that a session has replaced. */
function standing(panes: readonly ModelPane[]): Map<string, ModelPane> {
  const last = new Map<string, ModelPane>();
  for (const pane of panes) {
    for (const [start, end] of pane.replaces) last.delete(place({ key: pane.key, start, end }));
    last.set(place(pane), pane);
  }
  return last;
}

describe('retractions', () => {
  it('withdraw what was said, once, and leave what stands in the end', () => {
    fc.assert(
      fc.property(scenarios, scenario => {
        const said = new Map<string, ModelPane>();
        for (const pane of panesOf(runEngine(withSpec(scenario, { accumulation: 'retracting' })))) {
          const before = said.get(place(pane));
          if (pane.retraction) {
            expect({ ...pane, retraction: false }).toEqual(before);
            said.delete(place(pane));
          } else {
            // Whatever was said before must have been withdrawn.
            expect(before).toBeUndefined();
            said.set(place(pane), pane);
          }
        }
        const accumulated = standing(panesOf(runEngine(withSpec(scenario, { accumulation: 'accumulating' }))));
        const bare = (panes: Map<string, ModelPane>): unknown[] => [...panes].map(([id, pane]) => [id, pane.value, pane.index]).sort();
        // Until its merged session speaks, an accumulating pane of a part stands; a retracting one is gone at once. At the end
        // of time all have spoken, unless `closing: never` has kept them silent.
        if (scenario.spec.closingBehavior !== 'never') expect(bare(said)).toEqual(bare(accumulated));
      }),
      { numRuns: runs(1_500) },
    );
  }, 600_000);
});

describe('discarding panes', () => {
  const sumOf = (panes: Iterable<ModelPane>): number => [...panes].reduce((sum, pane) => sum + (pane.value as number), 0);

  it('add up to the accumulating one, window by window', () => {
    fc.assert(
      fc.property(alignedScenarios, fc.constantFrom('sum' as const, 'count' as const), (scenario, aggregate) => {
        const discarding = panesOf(runEngine(withSpec(scenario, { accumulation: 'discarding', aggregate })));
        const accumulating = standing(panesOf(runEngine(withSpec(scenario, { accumulation: 'accumulating', aggregate }))));
        expect([...standing(discarding).keys()].sort()).toEqual([...accumulating.keys()].sort());
        for (const [id, pane] of accumulating) expect(sumOf(discarding.filter(other => place(other) === id))).toBe(pane.value);
      }),
      { numRuns: runs(1_000) },
    );
  }, 600_000);

  it('add up to the sessions that stand in the end, key by key', () => {
    fc.assert(
      fc.property(sessionScenarios, scenario => {
        const discarding = panesOf(runEngine(withSpec(scenario, { accumulation: 'discarding', aggregate: 'sum' })));
        const accumulating = [
          ...standing(panesOf(runEngine(withSpec(scenario, { accumulation: 'accumulating', aggregate: 'sum' })))).values(),
        ];
        for (const key of ['a', 'b', 'c']) {
          expect(sumOf(discarding.filter(pane => pane.key === key))).toBe(sumOf(accumulating.filter(pane => pane.key === key)));
        }
      }),
      { numRuns: runs(800) },
    );
  }, 600_000);
});

describe('every element', () => {
  it('is counted or dropped, and never both', () => {
    const partition = fc.oneof(
      sessionScenarios,
      alignedScenarios.filter(({ spec }) => spec.window.kind === 'tumbling' || spec.window.kind === 'global'),
    );
    fc.assert(
      fc.property(partition, scenario => {
        const closingBehavior =
          scenario.spec.closingBehavior === 'never' ? 'fireIfNonEmpty' : (scenario.spec.closingBehavior ?? 'fireIfNonEmpty');
        const said = runEngine(withSpec(scenario, { accumulation: 'accumulating', aggregate: 'count', closingBehavior }));
        const counted = [...standing(panesOf(said)).values()];
        for (const key of ['a', 'b', 'c']) {
          const came = said.filter(({ step }) => 'element' in step && step.element.key === key);
          const shown = counted.filter(pane => pane.key === key).reduce((n, pane) => n + (pane.value as number), 0);
          expect(shown + came.filter(({ drops }) => drops.length > 0).length).toBe(came.length);
        }
      }),
      { numRuns: runs(1_000) },
    );
  }, 600_000);
});

/** What the properties of explanations do not reach: how waits are said, and what triggers of users may say. */
import { describe, expect, it } from 'vitest';
import { waitText } from '../../src/explain/waiting.js';
import {
  afterAll,
  afterCount,
  afterProcessingTime,
  count,
  defineTrigger,
  explain,
  repeatedly,
  type Trigger,
  tumbling,
  windowBy,
} from '../../src/index.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';

function trialOf(trigger: Trigger<number>) {
  const source = testStream<number>();
  const recording = record(source.pipe(windowBy(tumbling(10), { name: 'w', aggregate: count(), trigger, finishing: 'allow' })));
  const why = () => explain(recording, 'w', undefined, 5);
  const waits = () => why().reasons.flatMap(reason => (reason.code === 'trigger-waiting' ? reason.waits : []));
  return { source, why, waits };
}

describe('what is waited for', () => {
  it('is said in words', () => {
    const text = (wait: Parameters<typeof waitText>[0]): string => waitText(wait, 100, 0);
    expect(text({ for: 'watermark', time: 20 })).toBe('until the watermark reaches 20');
    expect(text({ for: 'clock', time: 1_100 })).toBe('until the clock is at 1100, in 1s');
    expect(text({ for: 'clock', time: 90 })).toBe('for the next step of the clock');
    expect(text({ for: 'elements', count: 1 })).toBe('until 1 more element of the window has come');
    expect(text({ for: 'news' })).toBe('for a new element');
    expect(text({ for: 'never' })).toBe('for nothing: it never fires');
    expect(text({ for: 'trigger', name: 'mine' })).toBe('until mine is due');
    const all = { for: 'all', of: [{ for: 'news' }, { for: 'elements', count: 2 }] } as const;
    expect(text({ for: 'any', of: [{ for: 'watermark', time: 20 }, all] })).toBe(
      'until the watermark reaches 20, or (for a new element, and until 2 more elements of the window have come)',
    );
  });

  it('leaves out what is there already', () => {
    const { source, waits } = trialOf(repeatedly(afterAll(afterCount(2), afterProcessingTime(5))));
    source.add(1, 1);
    expect(waits()).toEqual([
      {
        for: 'all',
        of: [
          { for: 'elements', count: 1 },
          { for: 'clock', time: 5 },
        ],
      },
    ]);
    source.add(1, 1);
    expect(waits()).toEqual([{ for: 'clock', time: 5 }]);
  });

  it("is what a trigger of one's own says, or its name", () => {
    const base = {
      name: 'mine',
      fires: 'any-time',
      finishes: 'never',
      init: () => 0,
      onElement: (n: number) => n + 1,
      shouldFire: (n: number) => n >= 3,
      onFire: () => 0,
      isFinished: () => false,
      merge: (all: readonly number[]) => Math.max(...all),
    } as const;
    const silent = trialOf(defineTrigger<number, number>(base));
    silent.source.add(1, 1);
    expect(silent.waits()).toEqual([{ for: 'trigger', name: 'mine' }]);
    expect(String(silent.why().reasons[0])).toBe('Its trigger, mine, waits until mine is due.');
    const telling = trialOf(repeatedly(defineTrigger<number, number>({ ...base, waits: n => ({ for: 'elements', count: 3 - n }) })));
    telling.source.add(1, 1);
    expect(telling.waits()).toEqual([{ for: 'elements', count: 2 }]);
  });
});

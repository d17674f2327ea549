import { describe, expect, it } from 'vitest';
import { SharedState } from '../../src/view/sharedState.js';

describe('what views of one life have in common', () => {
  it('is made once, hears of checkpoints, and ends with it', async () => {
    let end: () => void = () => undefined;
    const operator = { spec: { key: (x: string) => x }, machine: {}, pane() {} };
    const host: any = {
      env: { now: () => 0, pause: async () => undefined, after: () => () => undefined },
      epoch: 1,
      done: new Promise<void>(resolve => (end = resolve)),
      windows: new Map([['w', operator]]),
    };
    const shared = SharedState.of(host);
    expect(SharedState.of(host)).toBe(shared);
    expect(host.listener).toBe(shared.committed);
    const feed = shared.feedOf('w');
    expect(shared.feedOf('w')).toBe(feed);
    let released = 0;
    const entries = [1, 2].map(key => ({ key }) as any).values();
    await shared.scans.begin({ entries, release: () => void released++ }, 1, undefined);
    end();
    await host.done;
    await undefined;
    expect([released, shared.scans.size]).toEqual([1, 0]);
  });
});

import { describe, expect, it } from 'vitest';
import { Snapshot } from '../../src/view/snapshot.js';

describe('a snapshot', () => {
  it('lets go once', () => {
    let released = 0;
    const snapshot = new Snapshot({ checkpoint: 3 } as any, { release: () => void released++ } as any);
    expect([snapshot.checkpoint, snapshot.held !== undefined]).toEqual([3, true]);
    snapshot[Symbol.dispose]();
    snapshot.close();
    expect([released, snapshot.held]).toEqual([1, undefined]);
  });
});

import { describe, expect, it } from 'vitest';
import { Feed } from '../../src/view/feed.js';

describe('a feed', () => {
  const made = (kept: number): { operator: any; feed: Feed<string>; ended: () => number; pane: (key: string) => void } => {
    let ended = 0;
    const operator: any = { spec: { key: (x: string) => x }, machine: { advance() {} }, pane() {} };
    const feed = new Feed<string>(operator, 1, () => void ended++, kept);
    return { operator, feed, ended: () => ended, pane: key => operator.pane({ key }) };
  };

  it('wakes who waits, once', () => {
    const { operator, feed, pane } = made(4);
    let woken = 0;
    feed.wake(() => woken++);
    feed.wake(() => woken++)();
    pane('a');
    pane('a');
    expect(woken).toBe(1);
    feed.wake(() => woken++);
    operator.machine.advance(5, 0);
    expect(woken).toBe(2);
  });

  it('goes on for a turn of its ring when all have left', async () => {
    const { feed, ended, pane } = made(3);
    feed.join();
    for (let i = 0; i < 9; i++) pane('a');
    feed.leave();
    pane('a');
    pane('b');
    await undefined;
    expect(ended()).toBe(0);
    feed.join();
    pane('c');
    pane('c');
    feed.leave();
    for (let i = 0; i < 3; i++) pane('d');
    await undefined;
    expect(ended()).toBe(1);
    pane('e');
    expect(feed.keys.next).toBe(16);
  });
});

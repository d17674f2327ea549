import { describe, expect, it } from 'vitest';
import { Turnstile } from '../../src/stream/turnstile.js';

/** Work that may bring further work, in the way of our operators. */
function workshop(): { readonly log: string[]; readonly turnstile: Turnstile; do(name: string, within?: () => void): void } {
  const log: string[] = [];
  const turnstile = new Turnstile();
  return {
    log,
    turnstile,
    do(name, within) {
      if (turnstile.busy) {
        turnstile.wait(() => this.do(name, within));
        return;
      }
      turnstile.busy = true;
      log.push(`${name} begins`);
      within?.();
      log.push(`${name} ends`);
      turnstile.leave();
    },
  };
}

describe('a turnstile', () => {
  it('lets calls that come meanwhile wait, in their order', () => {
    const shop = workshop();
    shop.do('a', () => {
      shop.do('b', () => shop.do('d'));
      shop.do('c');
      expect(shop.turnstile.crowded).toBe(true);
    });
    expect(shop.log).toEqual(['a', 'b', 'c', 'd'].flatMap(name => [`${name} begins`, `${name} ends`]));
    expect([shop.turnstile.crowded, shop.turnstile.busy]).toEqual([false, false]);
  });

  it('does not grow the stack with the number of calls', () => {
    const shop = workshop();
    let left = 50_000;
    const again = (): void => {
      if (left-- > 0) shop.do('more', again);
    };
    shop.do('first', again);
    expect(left).toBe(-1);
  });

  it('sends those that wait away', () => {
    const shop = workshop();
    shop.do('a', () => {
      shop.do('b');
      shop.turnstile.clear();
    });
    expect(shop.log).toEqual(['a begins', 'a ends']);
  });
});

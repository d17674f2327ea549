import { afterEach, describe, expect, it, vi } from 'vitest';
import { OwnCode } from '../../src/state/ownCode.js';

const MANY = 10_000;

function double(n: number): number {
  return 2 * n;
}

const outside = { factor: 3 };
function scaled(n: number): number {
  return outside.factor * n;
}

describe('code of one own', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('is the shared function until it has been used much, then a copy', () => {
    const code = new OwnCode(double, copy => copy(0));
    expect(code.next(10)).toBe(double);
    const copy = code.next(MANY);
    expect(copy).not.toBe(double);
    expect(copy(21)).toBe(42);
    expect(code.next(MANY)).toBe(copy);
  });

  it('is another copy for each owner', () => {
    const [a, b] = [new OwnCode(double, () => {}), new OwnCode(double, () => {})];
    expect(a.next(MANY)).not.toBe(b.next(MANY));
    expect(String(a.next(1))).toBe(String(b.next(1)));
  });

  it('stays shared if the function needs a name from outside', () => {
    expect(new OwnCode(scaled, copy => copy(0)).next(MANY)).toBe(scaled);
  });

  it('stays shared where code from text is forbidden', () => {
    vi.stubGlobal('Function', function forbidden() {
      throw new EvalError('unsafe-eval is not an allowed source of script');
    });
    expect(new OwnCode(double, copy => copy(0)).next(MANY)).toBe(double);
  });
});

/**
 * Compiled code of one's own. V8 keeps what it has learnt of a function (which lambdas it calls, of which shape its elements are) with
 * the function's source, not with whoever calls it: a loop that eight operators share with eight kinds of lambdas inlines none of them,
 * and takes half as long again. A copy made from the text of the loop learns anew, and for one operator alone.
 *
 * The copy is made of the function's own text, so nothing is written twice. The function must stand alone: no name from outside, not even
 * an import. Where a page forbids code from text (a content security policy without `unsafe-eval`), and where a tool has put names from
 * outside into it, the shared function serves.
 */

// Making a copy takes about as long as this many elements do, so it pays off for operators that see more.
const WORTH_IT = 8192;

let copies = 0;

/** A function that is shared at first, and replaced by a copy when it has been used much. */
export class OwnCode<F extends (...args: never[]) => unknown> {
  #code: F;
  readonly #trial: (copy: F) => void;
  #seen = 0;

  /** `trial` calls the copy once, on nothing: if that throws, there will be no copy. */
  constructor(shared: F, trial: (copy: F) => void) {
    this.#code = shared;
    this.#trial = trial;
  }

  /** The function, for `count` more elements. */
  next(count: number): F {
    if (this.#seen < WORTH_IT) {
      this.#seen += count;
      if (this.#seen >= WORTH_IT) this.#copy();
    }
    return this.#code;
  }

  #copy(): void {
    try {
      // The same text would be found in V8's cache, with all that is known of it; hence the number.
      const copy = new Function(`return ${this.#code}//${copies++}`)() as F;
      this.#trial(copy);
      this.#code = copy;
    } catch {}
  }
}

/** A function that each owner has a copy of: whichever of its runs asks, the copy is the same. */
export function ownCodes<F extends (...args: never[]) => unknown>(shared: F, trial: (copy: F) => void): (owner: object) => OwnCode<F> {
  const codes = new WeakMap<object, OwnCode<F>>();
  return owner => {
    let code = codes.get(owner);
    if (!code) codes.set(owner, (code = new OwnCode(shared, trial)));
    return code;
  };
}

/** Web Locks for tests: exclusive ones, `ifAvailable`, `steal` and `signal`, and the death of a page. https://w3c.github.io/web-locks/ */

interface Request {
  readonly name: string;
  readonly grant: () => void;
}

interface Held {
  readonly name: string;
  readonly page: string;
  readonly lose: () => void;
}

export class FakeLocks {
  /** The page that asks from now on. */
  page = 'page';
  #held: Held[] = [];
  #queue: (Request & { readonly page: string })[] = [];

  /** What `navigator.locks` is. */
  readonly manager: LockManager = {
    request: (name: string, options: LockOptions, callback: LockGrantedCallback<unknown>) => this.#request(name, options, callback),
    query: async () => ({ held: this.#held.map(({ name }) => ({ name })), pending: this.#queue.map(({ name }) => ({ name })) }),
  } as unknown as LockManager;

  /** The page is gone: its locks and its requests with it, without a word to it. */
  kill(page: string): void {
    this.#queue = this.#queue.filter(request => request.page !== page);
    const names = this.#held.filter(held => held.page === page).map(({ name }) => name);
    this.#held = this.#held.filter(held => held.page !== page);
    for (const name of names) this.#next(name);
  }

  #request(name: string, { ifAvailable, steal, signal }: LockOptions, callback: LockGrantedCallback<unknown>): Promise<unknown> {
    const page = this.page;
    return new Promise((resolve, reject) => {
      const grant = (): void => {
        const held: Held = { name, page, lose: () => reject(new DOMException('Lock broken by another request.', 'AbortError')) };
        this.#held.push(held);
        Promise.resolve()
          .then(() => callback({ name, mode: 'exclusive' }))
          .then(resolve, reject)
          .finally(() => {
            if (!this.#held.includes(held)) return;
            this.#held = this.#held.filter(other => other !== held);
            this.#next(name);
          });
      };
      const others = this.#held.filter(held => held.name === name);
      if (steal) {
        this.#held = this.#held.filter(held => held.name !== name);
        for (const { lose } of others) lose();
      }
      if (steal || others.length === 0) grant();
      else if (ifAvailable) Promise.resolve(callback(null)).then(resolve, reject);
      else {
        const request = { name, page, grant };
        this.#queue.push(request);
        signal?.addEventListener('abort', () => {
          this.#queue = this.#queue.filter(other => other !== request);
          reject(signal.reason);
        });
      }
    });
  }

  #next(name: string): void {
    const at = this.#queue.findIndex(request => request.name === name);
    if (at >= 0) this.#queue.splice(at, 1)[0]?.grant();
  }
}

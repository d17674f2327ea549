/** A cut of some operators that is held, for as long as somebody reads it. */
import { readerOf } from '../engine/readerOf.js';
import type { StateReader } from '../engine/stateReader.js';
import type { WindowsAtWork } from '../engine/windowsAtWork.js';
import { notNow } from './problems.js';
import type { ViewHost } from './viewHost.js';

export class HeldState {
  readonly #readers = new Map<string, StateReader<any, any>>();
  #holders = 1;

  /**
   * Takes a cut of the operators of these names, which must not be at work; whoever makes it lets go of it by `release`.
   *
   * @throws TidemarkError `NOT_NOW`: one of them is at work.
   */
  constructor(host: ViewHost, names: Iterable<string> = host.windows.keys()) {
    const operators = [...names].flatMap(name => {
      const operator = host.windows.get(name);
      return operator ? [{ name, operator }] : [];
    });
    for (const { operator } of operators)
      if (operator.busy) throw notNow(`${operator.kind}: it is at work`, 'Read it when the call that is under way is over.');
    const number = host.nextCut();
    for (const { name, operator } of operators) this.#hold(name, operator, number);
  }

  /** Its state; undefined: it is not part of the cut. */
  reader(name: string): StateReader<any, any> | undefined {
    return this.#readers.get(name);
  }

  /** One more reads it. */
  retain(): this {
    this.#holders++;
    return this;
  }

  /** One less does. */
  release(): void {
    if (--this.#holders > 0) return;
    for (const reader of this.#readers.values()) reader.release();
    this.#readers.clear();
  }

  #hold(name: string, { spec, machine }: WindowsAtWork<any, any, any>, number: number): void {
    const reader = readerOf<any, any, any>(spec, machine, number);
    if (reader) this.#readers.set(name, reader);
  }
}

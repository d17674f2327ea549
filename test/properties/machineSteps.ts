/** Random steps for machines, in which elements that came before are withdrawn. */
import fc from 'fast-check';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import type { Item, MachineStep } from './machineRun.js';

/** The element of this number among those that came before, counted round, is withdrawn. */
export interface Withdrawal {
  readonly withdraw: number;
}

/** Up to so many steps, and the end of the stream; withdrawals are of elements that came before. */
export function machineSteps(step: fc.Arbitrary<MachineStep | Withdrawal>, maxLength: number): fc.Arbitrary<MachineStep[]> {
  return fc.array(step, { minLength: 1, maxLength, size: 'max' }).map(drawn => {
    const added: Item[] = [];
    const all: MachineStep[] = [];
    for (const one of drawn) {
      if (!('withdraw' in one)) {
        all.push(one);
        if ('item' in one) added.push(one.item);
      } else if (added.length > 0) {
        all.push({ item: added[one.withdraw % added.length] as Item, diff: -1 });
      }
    }
    return [...all, { watermark: END_OF_TIME }];
  });
}

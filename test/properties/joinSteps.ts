/** Random steps of a join, small on purpose: two keys and few instants, so that everything meets. */
import fc from 'fast-check';
import type { Item, JoinStep } from './joinRun.js';

const key = fc.constantFrom('a', 'b');
const at = fc.integer({ min: -5, max: 20 });
type Raw = { left: boolean; key?: string; at?: number; watermark?: number; back?: number };

/** Steps with an item each; `back` withdraws an item that came before, once. */
export function joinSteps(withdrawals: boolean): fc.Arbitrary<JoinStep[]> {
  const left = fc.boolean();
  const raw: fc.Arbitrary<Raw> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ left, key, at }) },
    { weight: 3, arbitrary: fc.record({ left, watermark: fc.integer({ min: -8, max: 30 }) }) },
    { weight: withdrawals ? 3 : 0, arbitrary: fc.record({ left, back: fc.nat(30) }) },
  );
  return fc.array(raw, { maxLength: 30, size: 'max' }).map(raws => {
    const came: { left: boolean; item: Item }[] = [];
    return raws.flatMap((one, i): JoinStep[] => {
      if (one.watermark !== undefined) return [{ left: one.left, watermark: one.watermark }];
      if (one.back !== undefined) {
        const [gone] = came.splice(came.length - 1 - (one.back % Math.max(1, came.length)), 1);
        return gone ? [{ left: gone.left, withdraw: gone.item }] : [];
      }
      const item = { id: `${one.left ? 'l' : 'r'}${i}`, key: one.key as string, at: one.at as number };
      came.push({ left: one.left, item });
      return [{ left: one.left, item }];
    });
  });
}

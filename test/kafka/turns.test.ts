import { expect, it } from 'vitest';
import { Turns } from '../../src/kafka/turns.js';

it('does one after the other, also behind one that fails, and ends behind all that wait', async () => {
  const turns = new Turns();
  const said: string[] = [];
  const work = (text: string) => async (): Promise<string> => {
    said.push(`${text} begins`);
    await Promise.resolve();
    said.push(`${text} ends${turns.over ? ', over' : ''}`);
    if (text === 'b') throw new Error(text);
    return text;
  };
  const all = Promise.allSettled([turns.take(work('a')), turns.take(work('b')), turns.take(work('c'))]);
  await turns.end();
  expect(said).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  expect(turns.over).toBe(true);
  expect((await all).map(outcome => (outcome.status === 'fulfilled' ? outcome.value : (outcome.reason as Error).message))).toEqual([
    'a',
    'b',
    'c',
  ]);
});

it('stops at once', async () => {
  const turns = new Turns();
  const seen = turns.take(async () => turns.over);
  expect(turns.over).toBe(false);
  turns.stop();
  expect(turns.over).toBe(true);
  expect(await seen).toBe(true);
});

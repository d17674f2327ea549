import { expect, it } from 'vitest';
import { operatorId } from '../../src/checkpoint/operatorId.js';

it('tells operators of one name apart by their kind', () => {
  expect(operatorId('windowBy', 'delays')).toBe('windowBy/delays');
  expect(operatorId('finals', 'delays')).not.toBe(operatorId('windowBy', 'delays'));
});

import { expect, it } from 'vitest';
import * as records from '../../src/checkpoint/records.js';

it('keeps the numbers of records for ever', () => {
  expect({ ...records }).toEqual({ SOURCE: 1, SINK: 2, OPERATOR: 3, PART: 4, KEPT: 5, END: 6 });
});

import { map } from 'rxjs';
import { expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { stage } from '../../src/operators/stage.js';
import { windowBy } from '../../src/operators/windowBy.js';
import type { EventStream } from '../../src/stream/eventStream.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { at, type Item, listen, timed } from '../streams.js';

it('stage: makes a pipeline one operator, which a pipe does not lift', () => {
  const perTen = stage((items: EventStream<Item>) =>
    items.pipe(
      windowBy(tumbling(10), { aggregate: count() }),
      map(pane => pane.value),
    ),
  );
  const stream = timed([at(1), at(2), at(12)]).pipe(
    map(item => item),
    perTen,
    windowBy(tumbling(20), { aggregate: count() }),
    map(pane => pane.value),
  );
  expect(listen(stream).said).toEqual([2, 'done']);
});

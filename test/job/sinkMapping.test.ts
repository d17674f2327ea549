import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count, type EventStream, eventTime, type Pane, stage, toCallback, toMap, tumbling, windowBy } from '../../src/index.js';
import { sinksOf } from '../../src/job/graph.js';
import { mapSinks, type SinkMapping } from '../../src/job/sinkMapping.js';
import { streamsOf } from '../../src/stream/streamsOf.js';
import { refusal } from '../support.js';

const sinks = sinksOf(
  streamsOf([
    eventTime([{ at: 5 }], { timestamp: click => click.at }).pipe(
      windowBy(tumbling(1), { aggregate: count() }),
      toMap(new Map(), { name: 'board' }),
      toCallback(() => undefined, { name: 'out' }),
    ),
  ]),
);
const kinds = (mapping: SinkMapping) => {
  const { sinkOf, captured } = mapSinks(sinks, mapping, 'fork "j"');
  return [sinks.map(sink => `${sinkOf(sink).kind} ${sinkOf(sink).name}`), [...captured.keys()]];
};

describe('mapSinks', () => {
  it('puts something else in place of each sink', () => {
    expect(kinds('capture')).toEqual([
      ['capture board', 'capture out'],
      ['board', 'out'],
    ]);
    expect(kinds('discard')).toEqual([['discard board', 'discard out'], []]);
    expect(kinds({ board: toMap(new Map(), { name: 'trial' }), out: 'capture' })).toEqual([['toMap trial', 'capture out'], ['out']]);
  });

  it.each([
    [
      undefined,
      "fork \"j\": sinks must be 'capture', 'discard', or { sink: 'capture', 'discard', or another sink }, but came as undefined.",
    ],
    ['keep', 'fork "j": sinks must be'],
    [['capture'], 'fork "j": sinks must be'],
    [
      { board: 'capture' },
      'fork "j": sinks says nothing of the sink "out". Write \'capture\', \'discard\', or another sink: rows of a trial must not come where those of the real job go.',
    ],
    [
      { board: 'capture', out: 'discard', log: 'capture' },
      'fork "j": sinks names sinks that the pipeline does not have: log. There are: board, out.',
    ],
    [{ board: 'keep', out: 'discard' }, 'fork "j": sinks.board must be \'capture\', \'discard\', or another sink, but came as "keep".'],
    [{ board: () => 5, out: 'discard' }, 'fork "j": sinks.board must be'],
    [{ board: windowBy(tumbling(1), { aggregate: count() }), out: 'discard' }, 'fork "j": sinks.board must be'],
  ])('refuses %o', (mapping, message) => {
    expect(refusal(() => mapSinks(sinks, mapping as never, 'fork "j"'))).toContain(`BAD_OPTION: ${message}`);
  });

  it('takes a sink with nothing before it', () => {
    const more = stage((rows: EventStream<Pane<undefined, number>>) =>
      rows.pipe(
        map(row => row),
        toMap(new Map(), { name: 'trial' }),
      ),
    );
    expect(refusal(() => kinds({ board: more, out: 'discard' }))).toContain('sinks.board must be');
  });

  it('says that there are none', () => {
    expect(refusal(() => mapSinks([], { out: 'capture' }, 'fork "j"'))).toContain('There are none.');
  });
});

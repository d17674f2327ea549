import { Observable, tap } from 'rxjs';
import { expect, it } from 'vitest';
import { atMostOnce, count, defineSink, eventTime, replayable, type SinkWork, tumbling, union, windowBy } from '../../src/index.js';
import { surveyOf } from '../../src/job/survey.js';
import { refusal } from '../support.js';

it('finds operators, sources and sinks, reads nothing and sets nothing to work', () => {
  let touched = 0;
  const touch = (): never => {
    touched++;
    throw new Error('touched');
  };
  const read = eventTime(replayable<{ at: number }>({ open: touch }), { name: 'read', timestamp: e => e.at });
  const once = eventTime(atMostOnce(new Observable<{ at: number }>(touch)), { name: 'once', timestamp: e => e.at, idleAfter: '1s' });
  const toNothing = defineSink<any>({ kind: 'toNothing', name: 'out', mode: 'outbox', create: touch as () => SinkWork<any> });
  const stream = union(read, once).pipe(tap({ next: touch }), windowBy(tumbling(10), { name: 'w', aggregate: count() }), toNothing);
  const program = surveyOf([stream as any], 'test');
  expect(program.operators.map(({ id }) => id).sort()).toEqual(['eventTime/once', 'eventTime/read', 'union/read+once', 'windowBy/w']);
  expect([program.sources, program.sinks, touched]).toEqual([['read'], [{ name: 'out', mode: 'outbox' }], 0]);
});

it('refuses what a job would', () => {
  const unnamed = eventTime(replayable<{ at: number }>([]), { timestamp: e => e.at });
  expect(refusal(() => surveyOf([unnamed as any], 'plan'))).toContain('BAD_OPTION: plan: operators with state need a name');
  const named = () => eventTime(replayable<{ at: number }>([]), { name: 's', timestamp: e => e.at });
  expect(refusal(() => surveyOf([union(named(), named()) as any], 'plan'))).toContain('these are there more than once: eventTime "s"');
});

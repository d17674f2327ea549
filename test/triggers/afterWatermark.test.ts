import { describe, expect, it } from 'vitest';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { every } from '../../src/triggers/every.js';
import { never } from '../../src/triggers/never.js';
import { refusal } from '../support.js';
import { moments, run, session } from './support.js';

describe('afterWatermark', () => {
  it('fires at the end, then once per late element', () => {
    expect(run(afterWatermark(), 'e w99 e w100 w120 e e')).toBe('---F-FF');
    expect(afterWatermark()).toMatchObject({
      name: 'afterWatermark()',
      fires: 'at-end',
      finishes: 'never',
      isDefault: true,
      showsAtEnd: true,
    });
  });

  it('fires early, again and again', () => {
    const trigger = afterWatermark({ early: afterCount(2) });
    expect(run(trigger, 'e e e e e w100 e')).toBe('-F-F-FF');
    expect([trigger.name, moments(trigger)]).toEqual(['afterWatermark({ early: afterCount(2) })', 'any-time, never']);
    expect(trigger.isDefault).toBe(undefined);
  });

  it('fires late as it is told', () => {
    const trigger = afterWatermark({ early: every(10), late: afterCount(2) });
    expect(run(trigger, 'e c10 w100 e e e e')).toBe('-FF-F-F');
    expect(trigger.name).toBe('afterWatermark({ early: every(10), late: afterCount(2) })');
  });

  it('finishes with the on-time firing when it never fires late', () => {
    const trigger = afterWatermark({ late: never() });
    expect(run(trigger, 'e w100 e')).toBe('-Xx');
    expect(moments(trigger)).toBe('at-end, at-end');
  });

  it('does not count early elements as late ones', () => {
    expect(run(afterWatermark({ late: afterCount(2) }), 'e w100 e e')).toBe('-F-F');
    expect(session(afterWatermark({ late: afterCount(2) }), 'e w100').run('e e')).toBe('-F');
  });

  it('goes back to early when sessions merge, unless all were late and the end has passed', () => {
    const trigger = afterWatermark({ early: afterCount(3), late: afterCount(2) });
    const late = (): ReturnType<typeof session<ReturnType<typeof trigger.init>>> => session(trigger, 'e w100');
    expect(late().merge([late()], 100).run('e e')).toBe('-F');
    expect(late().merge([late()], 200).run('e e e w200')).toBe('--FF');
    expect(
      late()
        .merge([session(trigger, 'e')], 100)
        .run('w101'),
    ).toBe('F');
  });

  it('remembers what early has not shown, through merges that stay late', () => {
    const trigger = afterWatermark({ early: afterCount(2), late: afterCount(5) });
    const merged = session(trigger, 'e w100 e').merge([session(trigger, 'e w100')], 100);
    expect(merged.merge([session(trigger, 'w1')], 200).run('e')).toBe('F');
  });

  it('stays finished only if all were and the end has passed', () => {
    const trigger = afterWatermark({ late: never() });
    const done = () => session(trigger, 'e w100');
    expect(done().merge([done()], 100).finished).toBe(true);
    expect(done().merge([done()], 200).finished).toBe(false);
  });

  it('refuses what is no trigger', () => {
    expect(refusal(() => afterWatermark({ early: 5 as never }))).toBe(
      "BAD_OPTION: afterWatermark: early must be a trigger, such as afterCount(10) or every('1s'), but came as 5.",
    );
    expect(refusal(() => afterWatermark({ late: {} as never }))).toBe(
      "BAD_OPTION: afterWatermark: late must be a trigger, such as afterCount(10) or every('1s'), but came as {}.",
    );
  });
});

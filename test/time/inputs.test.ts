import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Input, Inputs } from '../../src/time/inputs.js';
import { START_OF_TIME } from '../../src/time/timestamp.js';

/** What `Inputs` does, without a heap. */
class NaiveInputs {
  readonly members: { readonly id: number; watermark: number; idle: boolean }[] = [];
  output = START_OF_TIME;

  settle(): boolean {
    const active = this.members.filter(member => !member.idle);
    const times = (active.length > 0 ? active : this.members).map(member => member.watermark);
    const reached = active.length > 0 ? Math.min(...times) : Math.max(...times, START_OF_TIME);
    if (this.members.length === 0 || reached <= this.output) return false;
    this.output = reached;
    return true;
  }
}

interface Numbered extends Input {
  readonly id: number;
}

const input = (id: number, idle = false): Numbered => ({ id, watermark: START_OF_TIME, idle, at: 0 });

describe('Inputs', () => {
  it('equals a naive model', () => {
    const join = fc.record({ kind: fc.constant('join' as const), idle: fc.boolean() });
    const advance = fc.record({ kind: fc.constant('advance' as const), who: fc.nat(), to: fc.integer({ min: -20, max: 60 }) });
    const rest = fc.record({ kind: fc.constant('rest' as const), who: fc.nat() });
    const leave = fc.record({ kind: fc.constant('leave' as const), who: fc.nat() });
    const any = fc.oneof(
      { weight: 2, arbitrary: join },
      { weight: 6, arbitrary: advance },
      { weight: 2, arbitrary: rest },
      { weight: 2, arbitrary: leave },
    );
    // Many that join first, since only a large heap has branches to confuse.
    const parts = [fc.array(join, { maxLength: 16 }), fc.array(advance, { maxLength: 30 }), fc.array(any, { maxLength: 60 })] as const;
    const steps = fc.tuple(...parts).map(parts => parts.flat());
    fc.assert(
      fc.property(steps, steps => {
        const inputs = new Inputs<Numbered>();
        const model = new NaiveInputs();
        const known: Numbered[] = [];
        let last = START_OF_TIME;
        for (const [id, step] of steps.entries()) {
          if (step.kind === 'join') {
            const joining = input(id, step.idle);
            known.push(joining);
            inputs.join(joining);
            model.members.push({ id, watermark: START_OF_TIME, idle: step.idle });
          } else {
            const one = known[step.who % Math.max(1, known.length)];
            if (!one) continue;
            const member = model.members.find(({ id }) => id === one.id) as NaiveInputs['members'][number];
            if (step.kind === 'advance') {
              member.watermark = Math.max(member.watermark, step.to);
              member.idle = false;
              expect(inputs.advance(one, step.to)).toBe(model.settle());
            } else if (step.kind === 'rest') {
              const was = member.idle;
              member.idle = true;
              expect(inputs.rest(one)).toBe(was ? false : model.settle());
            } else {
              model.members.splice(model.members.indexOf(member), 1);
              known.splice(known.indexOf(one), 1);
              expect(inputs.leave(one)).toBe(model.settle());
            }
          }
          const active = model.members.filter(member => !member.idle);
          expect(inputs.watermark).toBe(model.output);
          expect(inputs.watermark).toBeGreaterThanOrEqual(last);
          expect(inputs.idle).toBe(active.length === 0 && model.members.length > 0);
          expect(inputs.holder()?.watermark).toBe(active.length > 0 ? Math.min(...active.map(member => member.watermark)) : undefined);
          expect(
            inputs
              .all()
              .map(({ id }) => id)
              .sort(),
          ).toEqual(model.members.map(({ id }) => id).sort());
          last = inputs.watermark;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('finds the lowest of those that are left, in whatever order they leave', () => {
    const times = fc.uniqueArray(fc.nat(100), { minLength: 10, maxLength: 30 });
    const orders = times.chain(times => fc.tuple(fc.constant(times), fc.shuffledSubarray(times, { minLength: times.length })));
    fc.assert(
      fc.property(orders, ([times, order]) => {
        const inputs = new Inputs<Numbered>();
        const all = new Map(times.map(time => [time, input(time)]));
        for (const one of all.values()) inputs.join(one);
        for (const [time, one] of all) inputs.advance(one, time);
        for (const time of order) {
          expect(inputs.holder()?.id).toBe(Math.min(...all.keys()));
          inputs.leave(all.get(time) as Numbered);
          all.delete(time);
        }
        expect(inputs.holder()).toBe(undefined);
      }),
      { numRuns: 300 },
    );
  });

  it('says the maximum once when all are idle, whatever the order of going idle', () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
      [1, 2, 0],
    ]) {
      const inputs = new Inputs<Numbered>();
      const all = [10, 30, 20].map((time, id) => {
        const one = input(id);
        inputs.join(one);
        return { one, time };
      });
      for (const { one, time } of all) inputs.advance(one, time);
      for (const id of order) inputs.rest((all[id] as (typeof all)[number]).one);
      expect([inputs.watermark, inputs.idle]).toEqual([30, true]);
      expect(inputs.rest((all[0] as (typeof all)[number]).one)).toBe(false);
    }
  });

  it('never goes back when an input joins late, or an idle one speaks again', () => {
    const inputs = new Inputs<Numbered>();
    const [a, b] = [input(0), input(1)];
    inputs.join(a);
    inputs.advance(a, 50);
    inputs.join(b);
    expect(inputs.watermark).toBe(50);
    expect(inputs.advance(b, 20)).toBe(false);
    expect(inputs.advance(a, 90)).toBe(false);
    expect(inputs.holder()).toBe(b);
    expect(inputs.rest(b)).toBe(true);
    expect(inputs.watermark).toBe(90);
    expect(inputs.advance(b, 30)).toBe(false);
    expect([inputs.watermark, inputs.holder()]).toEqual([90, b]);
  });

  it('goes on from what had been promised', () => {
    const inputs = new Inputs<Numbered>();
    const a = input(0);
    inputs.join(a);
    inputs.restore(40);
    expect([inputs.advance(a, 30), inputs.watermark, inputs.advance(a, 41), inputs.watermark]).toEqual([false, 40, true, 41]);
  });
});

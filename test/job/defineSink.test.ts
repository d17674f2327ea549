import { map, share } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { eventTime, replayable, run } from '../../src/index.js';
import { defineSink, type SinkWork } from '../../src/job/defineSink.js';
import { refusal } from '../support.js';
import { failure } from './support.js';

const elements = (): ReturnType<typeof eventTime<{ at: number }>> =>
  eventTime(replayable([{ at: 1 }, { at: 2 }, { at: 3 }]), { name: 's', timestamp: e => e.at });

/** A sink that notes what it is asked. */
class Noting implements SinkWork<{ at: number }> {
  readonly name = 'out';
  readonly mode = 'outbox';
  readonly asked: unknown[] = [];
  rows: number[] = [];

  write(value: { at: number }): void {
    this.rows.push(value.at);
  }

  async fence(epoch: number): Promise<void> {
    this.asked.push(`fence ${epoch}`);
  }

  async lastCommitted(): Promise<number> {
    return 0;
  }

  rotate(transaction: string): unknown {
    this.asked.push(`rotate ${transaction}`);
    return this.rows.splice(0);
  }

  async prepare(transaction: string): Promise<void> {
    this.asked.push(`prepare ${transaction}`);
  }

  async commit(transaction: string, _seq: number, kept: unknown): Promise<void> {
    this.asked.push(`commit ${transaction}`, kept);
  }

  async abort(): Promise<void> {}

  async close(): Promise<void> {
    this.asked.push('close');
  }
}

describe('a sink', () => {
  it('takes part in the checkpoints of its job, and is closed at the end', async () => {
    const sink = new Noting();
    const job = run(elements().pipe(defineSink({ kind: 'toNotes', name: 'out', mode: 'outbox', create: () => sink })), { name: 'job' });
    const seen: number[] = [];
    job.values.subscribe(value => seen.push(value.at));
    await job.done;
    expect(sink.asked).toEqual(['fence 1', 'rotate 1-1', 'prepare 1-1', 'commit 1-1', [1, 2, 3], 'close']);
    expect(seen).toEqual([1, 2, 3]);
  });

  it('fails its job when it cannot go on', async () => {
    const stream = elements().pipe(
      defineSink({
        kind: 'toNotes',
        name: 'out',
        mode: 'outbox',
        create: ({ fail }) => {
          const sink = new Noting();
          sink.write = () => fail(new Error('no room'));
          return sink;
        },
      }),
    );
    expect((await failure(run(stream, { name: 'job' }).done)).message).toBe('no room');
  });

  it.each([
    ['nothing', []],
    ['a stock operator, which keeps errors to itself', [map((e: { at: number }) => e)]],
    ['a stock operator that shares', [share<{ at: number }>()]],
  ] as const)('fails its job when it does not take a row, behind %s', async (_, between) => {
    const sink = new Noting();
    sink.write = ({ at }) => {
      if (at === 2) throw new Error('not this row');
      sink.rows.push(at);
    };
    const above = between.reduce<ReturnType<typeof elements>>((stream, step) => stream.pipe(step as never), elements());
    const job = run(above.pipe(defineSink({ kind: 'toNotes', name: 'out', mode: 'outbox', create: () => sink })), { name: 'job' });
    const seen: number[] = [];
    job.values.subscribe({ next: value => seen.push(value.at), error: () => undefined });
    expect((await failure(job.done)).message).toBe('not this row');
    expect([seen, sink.asked]).toEqual([[1], ['fence 1', 'close']]);
  });

  it('is what it is declared as', () => {
    const definition = { kind: 'toNotes', name: 'out', mode: 'outbox', create: () => new Noting() } as const;
    expect(refusal(() => defineSink(undefined as never))).toContain('defineSink: options must be an object with kind, name, mode, create');
    expect(refusal(() => defineSink({ ...definition, kind: '' }))).toContain('defineSink: kind must be a text');
    expect(refusal(() => defineSink({ ...definition, mode: 'nope' as never }))).toContain('toNotes: mode must be one of transactional');
    expect(refusal(() => defineSink({ ...definition, create: 1 as never }))).toContain('toNotes: create must be a function');
    const start = (create: () => unknown, mode: 'outbox' | 'upsert' = 'outbox'): string =>
      refusal(() => run(elements().pipe(defineSink({ ...definition, mode, create: create as never })), { name: 'job' }));
    expect(start(() => undefined)).toContain('toNotes "out": what create() gives must have write, fence, lastCommitted, rotate');
    expect(start(() => new Noting(), 'upsert')).toContain('it is declared as upsert, but what create() gives is "out", "outbox"');
  });

  it('needs a job, and a name', () => {
    let error: Error | undefined;
    elements()
      .pipe(defineSink({ kind: 'toNotes', name: 'out', mode: 'outbox', create: () => new Noting() }))
      .subscribe({ error: (e: Error) => (error = e) });
    expect(error?.message).toContain('toNotes "out": a sink is at work in a job only.');
    expect(refusal(() => defineSink({ kind: 'toNotes', name: '', mode: 'outbox', create: () => new Noting() }))).toContain(
      'toNotes: name must be a text',
    );
  });
});

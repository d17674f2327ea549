/** A process's side of an outlet, in each of the four modes: the sinks of the library where they write through calls, else one of our own. */
import { defineSink, type SinkDefinition, SinkStream, type SinkWork } from '../../src/job/defineSink.js';
import { PendingRows } from '../../src/job/pendingRows.js';
import { toCallback } from '../../src/job/toCallback.js';
import { type MapLike, toMap } from '../../src/job/toMap.js';
import type { EventStream } from '../../src/stream/eventStream.js';
import type { Outlet } from './outlet.js';
import type { Process } from './process.js';

type AnySink = (stream: EventStream<any>) => EventStream<any>;
/** What a value comes to in a sink. */
export type RowOf = (value: any, diff: 1 | -1) => string;

/** `atomic`: an upsert is one step, so that old owners cannot come between its reading and its writing. */
export function sinkOf(name: string, outlet: Outlet, process: Process, row: RowOf, atomic: boolean): AnySink {
  switch (outlet.mode) {
    case 'upsert':
      return withBug(toMap(atomic ? mapOf(outlet) : farMap(outlet, process), { name }) as unknown as AnySink, work =>
        outlet.bugs.noUpsertWait ? Object.assign(work, { prepare: async () => undefined }) : work,
      );
    case 'outbox': {
      const deliver = (value: unknown, { id, withdrawn }: { readonly id: string; readonly withdrawn: boolean }) =>
        process.io(`deliver to ${name}`, async () => outlet.deliver(id, row(value, withdrawn ? -1 : 1)));
      return withBug(toCallback(deliver, { name }) as unknown as AnySink, work => (outlet.bugs.outboxForgets ? forgetful(work) : work));
    }
    default: {
      const definition: SinkDefinition<unknown> = {
        kind: 'toOutlet',
        name,
        mode: outlet.mode,
        create: () => new OutletSink(name, outlet, process, row),
      };
      return defineSink(definition) as unknown as AnySink;
    }
  }
}

/** A sink whose work is another one. */
function withBug(sink: AnySink, change: (work: SinkWork<any>) => SinkWork<any>): AnySink {
  return stream => {
    const { inputs, definition } = sink(stream) as SinkStream<any>;
    const create: SinkDefinition<any>['create'] = context => change(definition.create(context));
    return new SinkStream(inputs[0] as EventStream<any>, { ...definition, create });
  };
}

function forgetful(work: SinkWork<any>): SinkWork<any> {
  const rotate = work.rotate.bind(work);
  const rows = new Map<string, unknown>();
  const commit = work.commit.bind(work);
  return Object.assign(work, {
    rotate: (transaction: string) => {
      rows.set(transaction, rotate(transaction));
      return [];
    },
    commit: (transaction: string, seq: number, kept: unknown) => commit(transaction, seq, rows.get(transaction) ?? kept),
  });
}

function mapOf(outlet: Outlet): MapLike<string, any> {
  return {
    get: name => outlet.panes.get(name),
    set: (name, pane) => outlet.upsert(name, pane),
    delete: name => outlet.panes.delete(name),
  };
}

function farMap(outlet: Outlet, process: Process): MapLike<string, any> {
  return {
    get: name => process.io('get', async () => outlet.panes.get(name)),
    set: (name, pane) => process.io('set', async () => outlet.upsert(name, pane)),
    delete: name => process.io('delete', async () => outlet.panes.delete(name)),
  };
}

/** Transactional, or the one that decides. The coordinator's calls are steps, so these are not. */
class OutletSink implements SinkWork<unknown> {
  readonly name: string;
  readonly mode: SinkWork<unknown>['mode'];
  readonly #outlet: Outlet;
  readonly #process: Process;
  readonly #row: RowOf;
  readonly #rows = new PendingRows<string>();
  #epoch = 0;
  #rotated = false;

  constructor(name: string, outlet: Outlet, process: Process, row: RowOf) {
    this.name = name;
    this.mode = outlet.mode;
    this.#outlet = outlet;
    this.#process = process;
    this.#row = row;
  }

  write(value: unknown, diff: 1 | -1): void {
    this.#rows.add(this.#row(value, diff));
  }

  async fence(epoch: number): Promise<void> {
    this.#epoch = epoch;
    this.#outlet.admit(epoch);
  }

  async lastCommitted(): Promise<number> {
    return this.#outlet.bugs.noSinkFloor ? 0 : this.#outlet.last;
  }

  rotate(transaction: string): number {
    this.#rotated = true;
    return this.#rows.rotate(transaction).length;
  }

  async prepare(transaction: string, seq: number): Promise<void> {
    this.#outlet.admit(this.#epoch);
    const rows = this.#rows.of(transaction) ?? [];
    if (this.mode === 'transactional') this.#outlet.prepare(this.#id(transaction), rows);
    if (this.#outlet.bugs.commitBeforeSlot) this.#outlet.commit(this.#id(transaction), seq, rows);
  }

  async commit(transaction: string, seq: number): Promise<void> {
    const { bugs } = this.#outlet;
    if (bugs.noRecommit && !this.#rotated) return;
    this.#outlet.admit(this.#epoch);
    if (bugs.earlyAck) void this.#process.io('commit later', async () => this.#commit(transaction, seq)).catch(() => undefined);
    else this.#commit(transaction, seq);
  }

  #commit(transaction: string, seq: number): void {
    const rows = this.mode === 'transactional' ? undefined : this.#rows.of(transaction);
    this.#outlet.commit(this.#id(transaction), seq, rows);
    this.#rows.forget(transaction);
  }

  async abort(transaction: string): Promise<void> {
    this.#outlet.admit(this.#epoch);
    this.#outlet.forget(this.#id(transaction));
    if (this.#outlet.bugs.noMergeBack) this.#rows.forget(transaction);
    else this.#rows.abort(transaction);
  }

  #id(transaction: string): string {
    return this.#outlet.bugs.idReuse ? (transaction.split('-')[1] as string) : transaction;
  }
}

/** What runs in a page of the tests of jobs: begins the job as it is told, and tells what happens to it. */
import { type Pane, run } from '../../src/index.js';
import { webPage } from '../../src/job/webPage.js';
import { indexedDb } from '../../src/storages/indexedDb.js';
import { indexedDbMap } from '../../src/storages/indexedDbMap.js';
import { job, type Load, type Row } from './pageJob.js';

export interface Begin {
  readonly load: Load;
  /** Elements that may be read for now; `page.limit` changes it. */
  readonly limit: number;
  readonly host?: 'wait' | 'takeOver';
  readonly every?: number;
  readonly tolerableFailures?: number;
  /** Whether the board is in memory, and takes no room. */
  readonly light?: boolean;
  /** Whether the receiver is asked what it has. */
  readonly ask?: boolean;
}

/** A text of what happens. */
export type Told = {
  readonly type: string;
  readonly state?: string;
  readonly restored?: number;
  readonly seq?: number;
  readonly code?: string;
};

declare const tell: (told: Told) => Promise<void>;

const stored = indexedDbMap<Pane<string, number>>('board');

async function post(row: Row): Promise<void> {
  const response = await fetch('/rows', { method: 'POST', body: JSON.stringify(row) });
  if (!response.ok) throw new Error(`the server says ${response.status}`);
}

const lastDelivered = async (): Promise<number> => Number(await (await fetch('/newest')).text());

export const page = {
  limit: 0,
  job: undefined as ReturnType<typeof run<Pane<string, number>>> | undefined,
  begin({ load, limit, host, every = 20, tolerableFailures = 2, light = false, ask = false }: Begin): void {
    page.limit = limit;
    const board = light ? new Map<string, Pane<string, number>>() : stored;
    const turn = () => new Promise<void>(resolve => setTimeout(resolve, 1));
    const pipeline = job(load, () => page.limit, turn, board, post, ask ? lastDelivered : undefined);
    const running = run(pipeline, {
      name: 'sums',
      storage: indexedDb('jobs'),
      checkpoints: { every, minPause: 0, tolerableFailures },
      ...(host && { host: webPage({ whenOthersRun: host }) }),
    });
    page.job = running;
    running.events.subscribe(event => {
      if (event.type === 'state') void tell({ type: event.state });
      if (event.type === 'started') void tell({ type: 'started', restored: event.restored ?? 0 });
      if (event.type === 'checkpoint') void tell({ type: 'checkpoint', seq: event.checkpoint.seq });
      if (event.type === 'checkpointFailed') void tell({ type: 'checkpointFailed', code: event.error.code });
      if (event.type === 'stateLost') void tell({ type: 'stateLost', seq: event.checkpoint, restored: event.restored ?? 0 });
    });
    running.done.then(
      () => tell({ type: 'done' }),
      error => tell({ type: 'gone', code: error.code }),
    );
  },
  async panes(): Promise<string[]> {
    const all = await stored.entries();
    return all.map(([key, { value }]) => `${key} ${value}`).sort();
  },
};

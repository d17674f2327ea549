/** The page: runs the job, or stands by, and shows either. What is at work in one tab is shown in all. */
import { TidemarkError } from 'tidemark';
import { indexedDbMap } from 'tidemark/indexeddb';
import type { Quake } from '../earthquakes/feed.js';
import { type Board, type DayPane, runQuakes } from './job.js';
import { Pacer } from './pace.js';
import { element, View } from './view.js';

/** What the tab at work tells the others. */
type News =
  | { readonly type: 'pane'; readonly pane: DayPane }
  | { readonly type: 'progress'; readonly count: number }
  | { readonly type: 'checkpoint'; readonly seq: number; readonly more: string }
  /** A tab that is new asks what there is to show. */
  | { readonly type: 'asks' }
  | { readonly type: 'anew' }
  | { readonly type: 'over' };

const quakes = (await (await fetch('/quakes.json')).json()) as Quake[];
/** Outlives the page, as the checkpoints do. */
const stored = indexedDbMap<DayPane>('tidemark-earthquakes-board');
const channel = new BroadcastChannel('tidemark-earthquakes');
const view = new View(quakes);
const asked = new URLSearchParams(location.search).get('speed');
const pacer = new Pacer(Number(asked ?? 0.4));
let current: ReturnType<typeof runQuakes> | undefined;
/** What was told last, for tabs that come later. */
const latest = new Map<News['type'], News>();

function show(news: News): void {
  if (news.type === 'pane') view.pane(news.pane);
  else if (news.type === 'progress') view.progress(news.count);
  else if (news.type === 'checkpoint') view.checkpoint(news.seq, news.more);
  else if (news.type === 'anew') view.clear();
  else if (news.type === 'over') view.verdict();
}

/** Here, and in the other tabs. */
function tell(news: News): void {
  show(news);
  channel.postMessage(news);
  latest.set(news.type, news);
}

/** The job never puts an older pane over a newer one. */
const board: Board = {
  ...stored,
  async set(key, pane) {
    await stored.set(key, pane);
    tell({ type: 'pane', pane });
  },
};

/** The checkpoint that this run goes on from, until that has been said. */
let wentOn: number | undefined;
/** Somebody has asked for it. */
let anew = false;
let wake: () => void = () => undefined;

async function turn(quake: Quake, index: number): Promise<void> {
  await pacer.turn(quake);
  tell({ type: 'progress', count: index + 1 });
  if (wentOn === undefined) return;
  view.state('running', 'at work', `went on from checkpoint ${wentOn}, quake ${index + 1}`);
  wentOn = undefined;
}

function begins(restored: number | undefined, lost: boolean): void {
  wentOn = restored;
  if (restored === undefined) {
    view.state('running', 'at work', lost && !anew ? 'what was stored is gone: begins anew' : 'begins anew');
    tell({ type: 'anew' });
  } else {
    view.state('running', 'at work', `goes on from checkpoint ${restored}`);
    view.checkpoint(restored, 'of a run before this one');
  }
  anew = false;
}

/** One run of the job, from whatever is stored to its end. */
async function live(): Promise<void> {
  await stored.close();
  const job = runQuakes(quakes, turn, board);
  current = job;
  let lost = false;
  job.events.subscribe(event => {
    if (event.type === 'state' && event.state === 'standby')
      view.state('standby', 'stands by', 'another tab is at work; if that one is closed, this one goes on');
    if (event.type === 'stateLost') lost = true;
    if (event.type === 'started') begins(event.restored, lost);
    if (event.type === 'checkpoint') {
      const { seq, bytes, milliseconds } = event.checkpoint;
      tell({ type: 'checkpoint', seq, more: `${(bytes / 1000).toFixed(1)} kB in ${milliseconds.toFixed(0)} ms` });
    }
    if (event.type === 'checkpointFailed') view.say(`A checkpoint failed, and the job goes on: ${event.error.message}`);
  });
  await job.done;
  if (job.status.state !== 'completed') return;
  tell({ type: 'progress', count: quakes.length });
  view.state('completed', 'all is counted', 'reload the page: it still is');
  tell({ type: 'over' });
}

/** Goes round again where another run, or an empty storage, is the reason of the end. */
async function main(): Promise<void> {
  for (;;) {
    try {
      await live();
      if (!anew) await new Promise<void>(resolve => (wake = resolve));
      await stored.clear();
      await deleteDatabase('tidemark-earthquakes');
    } catch (error) {
      if (error instanceof TidemarkError && (error.code === 'FENCED' || error.code === 'STORAGE_LOST')) continue;
      view.state('failed', 'failed', error instanceof Error ? error.message : String(error));
      return;
    }
  }
}

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });
}

channel.onmessage = ({ data }: MessageEvent<News>) => {
  if (data.type !== 'asks') show(data);
  else if (current?.status.state === 'running')
    for (const news of latest.values()) if (news.type === 'progress' || news.type === 'checkpoint') channel.postMessage(news);
};
element('pause').addEventListener('click', ({ currentTarget }) => {
  pacer.paused = !pacer.paused;
  (currentTarget as HTMLElement).setAttribute('aria-pressed', String(pacer.paused));
});
element('speed').addEventListener('change', ({ currentTarget }) => {
  pacer.speed = Number((currentTarget as HTMLSelectElement).value);
});
element('anew').addEventListener('click', () => {
  anew = true;
  wake();
  void current?.stop();
});
view.progress(0);
view.panes((await stored.entries()).map(([, pane]) => pane));
channel.postMessage({ type: 'asks' } satisfies News);
await main();

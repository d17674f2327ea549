/** The page: runs the job, or stands by, and shows either. What is at work in one tab is shown in all. */
import { clear, createStore, del, entries, get, set } from 'idb-keyval';
import { TidemarkError } from 'tidemark';
import type { Quake } from '../earthquakes/feed.js';
import { type Board, type DayPane, runQuakes } from './job.js';
import { Pacer } from './pace.js';
import { element, View } from './view.js';

/** What the tab at work tells the others. */
type News =
  | { readonly type: 'pane'; readonly pane: DayPane }
  | { readonly type: 'progress'; readonly count: number }
  | { readonly type: 'checkpoint'; readonly seq: number; readonly more: string }
  | { readonly type: 'anew' }
  | { readonly type: 'over' };

const quakes = (await (await fetch('/quakes.json')).json()) as Quake[];
const store = createStore('tidemark-earthquakes-board', 'panes');
const channel = new BroadcastChannel('tidemark-earthquakes');
const view = new View(quakes);
const asked = new URLSearchParams(location.search).get('speed');
const pacer = new Pacer(Number(asked ?? 0.4));
let current: ReturnType<typeof runQuakes> | undefined;

function show(news: News): void {
  if (news.type === 'pane') view.pane(news.pane);
  else if (news.type === 'progress') view.progress(news.count);
  else if (news.type === 'checkpoint') view.checkpoint(news.seq, news.more);
  else if (news.type === 'anew') view.clear();
  else view.verdict();
}

/** Here, and in the other tabs. */
function tell(news: News): void {
  show(news);
  channel.postMessage(news);
}

/** Outlives the page, as the checkpoints do. The job never puts an older pane over a newer one. */
const board: Board = {
  get: key => get<DayPane>(key, store),
  async set(key, pane) {
    await set(key, pane, store);
    tell({ type: 'pane', pane });
  },
  delete: key => del(key, store),
};

async function turn(quake: Quake, index: number): Promise<void> {
  await pacer.turn(quake);
  tell({ type: 'progress', count: index + 1 });
  if (index === 0 || wentOn === undefined) return;
  view.state('running', 'at work', `went on from checkpoint ${wentOn}, quake ${index + 1}`);
  wentOn = undefined;
}

/** The checkpoint that this run goes on from, until that has been said. */
let wentOn: number | undefined;

/** One run of the job, from whatever is stored to its end. */
async function live(): Promise<void> {
  const job = runQuakes(quakes, turn, board);
  current = job;
  let lost = false;
  job.events.subscribe(event => {
    if (event.type === 'state' && event.state === 'standby')
      view.state('standby', 'stands by', 'another tab is at work; if that one is closed, this one goes on');
    if (event.type === 'stateLost') lost = true;
    if (event.type === 'started') {
      wentOn = event.restored;
      const more = lost
        ? 'what was stored is gone: begins anew'
        : event.restored
          ? `goes on from checkpoint ${event.restored}`
          : 'begins anew';
      view.state('running', 'at work', more);
      if (event.restored === undefined) tell({ type: 'anew' });
      else view.checkpoint(event.restored, 'of a run before this one');
    }
    if (event.type === 'checkpoint') {
      const { seq, bytes, milliseconds } = event.checkpoint;
      tell({ type: 'checkpoint', seq, more: `${(bytes / 1000).toFixed(1)} kB in ${milliseconds.toFixed(0)} ms` });
    }
    if (event.type === 'checkpointFailed') view.say(`A checkpoint failed, and the job goes on: ${event.error.message}`);
  });
  await job.done;
  if (job.status.state !== 'completed') return;
  view.progress(quakes.length);
  view.state('completed', 'all is counted', 'the last checkpoint is the end');
  tell({ type: 'over' });
}

/** Goes round again where another run, or an empty storage, is the reason of the end. */
async function main(): Promise<void> {
  for (;;) {
    try {
      await live();
      await askedToBeginAnew;
      askedToBeginAnew = new Promise(resolve => (beginAnew = resolve));
      await clear(store);
      await deleteDatabase('tidemark-earthquakes');
    } catch (error) {
      if (error instanceof TidemarkError && (error.code === 'FENCED' || error.code === 'STORAGE_LOST')) continue;
      view.state('failed', 'failed', error instanceof Error ? error.message : String(error));
      return;
    }
  }
}

let beginAnew!: () => void;
let askedToBeginAnew = new Promise<void>(resolve => (beginAnew = resolve));

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });
}

channel.onmessage = ({ data }: MessageEvent<News>) => show(data);
element('pause').addEventListener('click', ({ currentTarget }) => {
  pacer.paused = !pacer.paused;
  (currentTarget as HTMLElement).setAttribute('aria-pressed', String(pacer.paused));
});
element('speed').addEventListener('change', ({ currentTarget }) => {
  pacer.speed = Number((currentTarget as HTMLSelectElement).value);
});
element('anew').addEventListener('click', () => {
  if (current?.status.state !== 'running' && current?.status.state !== 'completed') return;
  beginAnew();
  void current.stop();
});
view.progress(0);
view.panes((await entries<string, DayPane>(store)).map(([, pane]) => pane));
await main();

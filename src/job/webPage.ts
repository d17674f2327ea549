/** A page of a browser as the host of a job: Web Locks say who runs it, events of the page when to hurry. Workers have the locks only. */
import { oneOf, readOptions, TidemarkError } from '../errors.js';
import type { HostedRun, HostStay, JobHost } from './host.js';

/** What {@link webPage} takes. */
export interface WebPageOptions {
  /**
   * What to do while another page or worker of the site runs the job: `'wait'` as a stand-by, and go on where that one ends, however it
   * ends; or `'takeOver'` at once, which ends that one with `FENCED`. Default `'wait'`.
   */
  readonly whenOthersRun?: 'wait' | 'takeOver';
}

/**
 * The host of a job that runs in a web page or a worker.
 *
 * - Of all tabs that run the job with the same storage, one is at work, by a Web Lock. The browser lets the next one in as soon as that
 *   tab is closed, reloaded or dead.
 * - When the page is hidden or left, a checkpoint is tried, since it may be frozen or thrown away without another word; and one when it
 *   comes back, which finds out whether another has taken the job over meanwhile.
 * - The number of the last checkpoint is noted in `localStorage`, so that a storage that the browser has evicted is told from a job that has
 *   never run: `job.events` says `stateLost`.
 *
 * The lock is for convenience. What keeps two runs apart is the log of the job, as without it.
 *
 * @throws TidemarkError `BAD_OPTION`, also where there are no Web Locks: a page has them if it comes by https, or from localhost.
 *
 * @example
 * ```ts
 * import { count, eventTime, replayable, run, tumbling, windowBy } from 'tidemark';
 * import { indexedDb, webPage } from 'tidemark/indexeddb';
 *
 * const clicks = eventTime(replayable([{ at: 5 }]), { name: 'clicks', timestamp: click => click.at });
 * const counts = clicks.pipe(windowBy(tumbling('1h'), { name: 'perHour', aggregate: count() }));
 * const job = run(counts, { name: 'clicks', storage: indexedDb('my-dashboard'), host: webPage({ whenOthersRun: 'wait' }) });
 * job.events.subscribe(event => {
 *   if (event.type === 'state' && event.state === 'standby') console.log('another tab is at work');
 * });
 * ```
 */
export function webPage(options: WebPageOptions = {}): JobHost {
  const { whenOthersRun = 'wait' } = readOptions(options, { whenOthersRun: oneOf('wait', 'takeOver') }, 'webPage');
  if (!globalThis.navigator?.locks) {
    const cure = 'Serve the page by https, or from localhost. In Node, run the job without a host.';
    throw new TidemarkError('BAD_OPTION', `webPage: there are no Web Locks here. ${cure}`);
  }
  return {
    async enter(run) {
      const release = await (whenOthersRun === 'wait' ? waitFor(run) : hold(run, { steal: true }));
      const unlisten = listen(run);
      return {
        ...notes(run),
        leave() {
          unlisten();
          release?.();
        },
      };
    },
  };
}

async function waitFor(run: HostedRun): Promise<(() => void) | undefined> {
  const release = await hold(run, { ifAvailable: true });
  if (release) return release;
  run.standBy();
  return hold(run, { signal: run.signal });
}

/** Resolves with what releases the lock; undefined: it was asked for if available, and is not. */
function hold(run: HostedRun, options: LockOptions): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    let held = false;
    const over = navigator.locks.request(`tidemark/${run.storage}/${run.job}`, options, lock => {
      held = lock !== null;
      return held ? new Promise<void>(release => resolve(release)) : resolve(undefined);
    });
    // A lock that is held fails when it is stolen.
    over.catch(error => (held ? run.lose() : reject(error)));
  });
}

/** Hurries when the page may be about to end, and when it comes back. Workers hear of neither. */
function listen(run: HostedRun): () => void {
  if (typeof document === 'undefined') return () => undefined;
  const off = new AbortController();
  const on = (target: EventTarget, type: string, when: (event: Event) => boolean): void =>
    target.addEventListener(type, event => when(event) && run.hurry(), { signal: off.signal });
  on(document, 'visibilitychange', () => document.visibilityState === 'hidden');
  on(document, 'resume', () => true);
  on(window, 'pagehide', () => true);
  on(window, 'pageshow', event => (event as PageTransitionEvent).persisted);
  return () => off.abort();
}

/** What a page notes of a job where an evicted database leaves it; nothing where a site may store nothing. */
function notes({ storage, job }: HostedRun): Pick<HostStay, 'checkpoint' | 'remember'> {
  const key = `tidemark/${storage}/${job}`;
  const quietly = <T>(use: (notes: Storage) => T): T | undefined => {
    try {
      return use(localStorage);
    } catch {
      return undefined;
    }
  };
  return {
    checkpoint: quietly(notes => Number(notes.getItem(key)) || undefined),
    remember: checkpoint => quietly(notes => notes.setItem(key, String(checkpoint))),
  };
}

/** What stands in the way of reading state. */
import { TidemarkError } from '../errors.js';
import type { ViewHost } from './viewHost.js';

export function notNow(what: string, cure = ''): TidemarkError {
  return new TidemarkError('NOT_NOW', `${what}.${cure && ` ${cure}`}`);
}

/** Refuses a job that is not at work; `name`: of the view. */
export function checkRunning(host: ViewHost | undefined, name: string): asserts host is ViewHost {
  const state = host?.state;
  if (state === 'running' || state === 'draining') return;
  const where = `view "${name}"`;
  if (!state) throw notNow(`${where}: the job is restarting`, 'Ask again when it runs.');
  const begins = state === 'starting' || state === 'standby';
  throw notNow(
    `${where}: the job is ${state}`,
    begins
      ? 'Ask again when it runs.'
      : 'What it held at the end is in its last checkpoint: run it again, or read that with the command line.',
  );
}

/** There is no operator of this name that can be read. */
export function notReadable(host: ViewHost, name: string): TidemarkError {
  const there = [...host.windows.keys()].filter(other => isReadable(host, other));
  const other = host.windows.get(name) ?? host.streams.findLast(stream => stream.name === name);
  const what = other ? `${other.kind} cannot be read: views are of windowBy and coGroup` : `there is no operator of this name`;
  const known =
    there.length > 0 ? `Views can be had of ${there.join(', ')}.` : 'No operator of this job can be read: give windowBy a name.';
  return new TidemarkError('NOT_READABLE', `view "${name}" of job ${host.name}: ${what}. ${known}`);
}

/** The windows of a join hold its two sides, and not its rows. */
export function isReadable({ windows }: ViewHost, name: string): boolean {
  const operator = windows.get(name);
  return operator?.machine.inside !== undefined && !operator.kind.startsWith('joinWith');
}

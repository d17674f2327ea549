/**
 * How long work took: the lesser of wall-clock time and the processor time of the process. On a machine that others use too,
 * wall-clock time holds their turns; processor time holds what the collector's helpers did at the same time. Each is an upper
 * bound of what the caller has waited for the work, and the lesser is the closer one.
 *
 * @returns milliseconds
 */
export function timed(work: () => void): number {
  const elapsed = start();
  work();
  return elapsed();
}

/** The same of work that may have to wait. What does not is timed without a turn of the event loop. */
export function timedRun(work: () => Promise<void> | undefined): number | Promise<number> {
  const elapsed = start();
  const running = work();
  return running === undefined ? elapsed() : running.then(elapsed);
}

function start(): () => number {
  const cpu = process.cpuUsage();
  const wall = performance.now();
  return () => {
    const waited = performance.now() - wall;
    const { user, system } = process.cpuUsage(cpu);
    return Math.min(waited, (user + system) / 1_000);
  };
}

/**
 * How long work took: the lesser of wall-clock time and the processor time of the process. On a machine that others use too,
 * wall-clock time holds their turns; processor time holds what the collector's helpers did at the same time. Each is an upper
 * bound of what the caller has waited for the work, and the lesser is the closer one.
 *
 * @returns milliseconds
 */
export function timed(work: () => void): number {
  const cpu = process.cpuUsage();
  const wall = performance.now();
  work();
  const waited = performance.now() - wall;
  const { user, system } = process.cpuUsage(cpu);
  return Math.min(waited, (user + system) / 1_000);
}

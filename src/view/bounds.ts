/** Waiting until sources have been taken in up to some position. */
import { mustBe, show, TidemarkError } from '../errors.js';
import type { SourceAt, ViewHost } from './viewHost.js';

/** Milliseconds between two looks. */
const LOOK = 5;

/**
 * Resolves when each source stands at its bound or behind it.
 *
 * @throws TidemarkError `NOT_UP_TO_BOUND` after `timeout` milliseconds, or when the job is over; `BAD_OPTION` for a source that there is not, and
 * for positions that cannot be compared.
 */
export async function upTo(host: ViewHost, bounds: Readonly<Record<string, unknown>>, timeout: number, where: string): Promise<void> {
  const until = host.env.now() + timeout;
  for (;;) {
    const behind = Object.entries(bounds).find(
      ([name, bound]) => !isUpTo(sourceOf(host, name, where), bound, `${where}: atLeast: ${name}`),
    );
    if (!behind) return;
    const [name, bound] = behind;
    const isOver = host.state !== 'running' && host.state !== 'draining';
    if (isOver || host.env.now() >= until) {
      const waited = isOver ? `and the job is ${host.state}` : `after ${timeout} ms`;
      throw new TidemarkError(
        'NOT_UP_TO_BOUND',
        `${where}: the source ${show(name)} stands at ${show(host.sourceAt(name)?.position)}, not at ${show(bound)}, ${waited}.`,
      );
    }
    await new Promise<void>(resolve => void host.env.after(LOOK, resolve));
  }
}

function sourceOf(host: ViewHost, name: string, where: string): SourceAt {
  const source = host.sourceAt(name);
  if (source) return source;
  const names = host.streams.flatMap(stream => (stream.kind === 'eventTime' && host.sourceAt(stream.name ?? '') ? [stream.name] : []));
  throw mustBe(`${where}: atLeast`, `of sources with positions: ${names.join(', ') || 'there are none'}`, name);
}

function isUpTo({ position, reaches }: SourceAt, bound: unknown, where: string): boolean {
  if (reaches) return position !== undefined && reaches(position, bound);
  const known = isReached(position, bound);
  if (known !== undefined) return known;
  throw mustBe(
    where,
    'a number, or an object of numbers: a position such as those of the source',
    bound,
    `It stands at ${show(position)}.`,
  );
}

/** Numbers are compared as such; of objects, such as one of offsets by partition, each field. Undefined: they cannot be compared. */
export function isReached(position: unknown, bound: unknown): boolean | undefined {
  const number = numberIn(bound);
  if (number !== undefined) {
    if (position === undefined || position === null) return number <= 0;
    const at = numberIn(position);
    return at === undefined ? undefined : at >= number;
  }
  if (typeof bound !== 'object' || bound === null) return undefined;
  if (position !== undefined && (typeof position !== 'object' || position === null)) return undefined;
  let all: boolean | undefined = true;
  for (const [field, part] of Object.entries(bound)) {
    const reached = isReached((position as Record<string, unknown> | undefined)?.[field], part);
    if (reached === undefined) return undefined;
    all = all && reached;
  }
  return all;
}

/** Offsets of Kafka come as texts of digits. */
function numberIn(value: unknown): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : undefined;
}

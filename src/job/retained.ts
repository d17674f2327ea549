/** Whether a source still keeps what a job needs of it, before it is read: going on behind a gap would lose elements in silence. */
import { show, TidemarkError } from '../errors.js';
import type { ReplaySource, ResetOptions } from './replayable.js';

/** A position that a source no longer keeps. */
export interface Gap {
  /** Where the job stands. */
  readonly position: unknown;
  /** The first position that is kept; undefined: the source does not say, and is read from its beginning. */
  readonly earliest: unknown;
}

/** What a source does not keep of what comes behind a position; undefined: it keeps all, or does not say. */
export async function gapBehind<P>(source: ReplaySource<unknown, P>, position: P | undefined): Promise<Gap | undefined> {
  if (position === undefined) return undefined;
  const earliest = await source.earliest?.();
  const kept = source.retains
    ? await source.retains(position)
    : typeof earliest !== 'number' || typeof position !== 'number' || earliest <= position;
  return kept ? undefined : { position, earliest };
}

/** Where reading begins: at the position of the checkpoint, or where `reset` says. `hears` of a gap that is passed over. */
export async function startOf<P>(
  name: string,
  source: ReplaySource<unknown, P>,
  position: P | undefined,
  reset: ResetOptions['reset'],
  hears: (gap: Gap) => void,
): Promise<P | undefined> {
  const gap = await gapBehind(source, position);
  if (!gap) return position;
  if (reset !== 'earliest') throw noLongerKept(name, gap);
  hears(gap);
  return gap.earliest as P | undefined;
}

function noLongerKept(name: string, { position, earliest }: Gap): TidemarkError {
  const from = earliest === undefined ? '' : ` The earliest that it can be read from is ${show(earliest)}.`;
  return new TidemarkError(
    'NEEDS_OPERATOR',
    `source "${name}" no longer keeps what comes behind ${show(position)}, where the checkpoint stands.${from} Bring it back as it was; or say { reset: 'earliest' } where the source is made, to go on with what there is; or run the job anew, in another storage and into empty sinks.`,
  );
}

/**
 * Windows of several kinds over one stream, in one operator: an element is added once, to a slice, and all windows are put together
 * from slices. Slices are cut wherever one of the kinds cuts.
 */
import { rolledUpMachine } from '../engine/rollups.js';
import type { Slicing, TimeWindow, WindowAssigner } from '../engine/window.js';
import { mustBe } from '../errors.js';
import { nameOf } from './options.js';

/** Aligned windows of several kinds; made by {@link combined}. */
export interface CombinedAssigner<N extends string = string> extends WindowAssigner<unknown> {
  /** The kinds of a window of a pane, in the order in which they were given: more than one if they have this window in common. */
  namesOf(window: TimeWindow): N[];
}

type Aligned = WindowAssigner<unknown> & { readonly slicing: Slicing };

/**
 * Several kinds of aligned windows as one, each with a name: `tumbling`, `sliding`, `cumulative`, calendar windows, `globalWindow()`, and your
 * own with `slicing`. The panes are those of an operator each, in order of window end; but each element is added once.
 *
 * A window is its bounds. Where two kinds have a window in common, it is one window with one pane, so that `(key, window, index)`
 * stays unique; `namesOf` gives both names.
 *
 * @param kinds - windows by name
 * @throws TidemarkError `BAD_OPTION` for no kinds at all, and for one whose windows are not aligned: sessions, count windows, and
 * others whose windows depend on more than the time of an element
 *
 * @example
 * ```ts
 * import { combined, count, eventTime, sliding, tumbling, windowBy } from 'tidemark';
 *
 * const windows = combined({ minute: tumbling('1m'), hour: tumbling('1h'), day: sliding('24h', '1h') });
 * eventTime([{ at: 5 }], { timestamp: event => event.at })
 *   .pipe(windowBy(windows, { aggregate: count() }))
 *   .subscribe(({ window, value }) => console.log(windows.namesOf(window), value));
 * ```
 */
export function combined<const N extends string>(kinds: Readonly<Record<N, WindowAssigner<unknown>>>): CombinedAssigner<N> {
  const entries = readKinds(kinds) as [N, Aligned][];
  const slicings = entries.map(([, { slicing }]) => slicing);
  const own = { start: 0, end: 0 };
  return Object.freeze<CombinedAssigner<N>>({
    name: nameOf('combined', ...entries.map(([name, kind]) => `${name}: ${kind.name}`)),
    merging: false,
    machine: rolledUpMachine(slicings),
    assign: (timestamp, value, add) => inOrder(each => entries.forEach(([, kind]) => void kind.assign(timestamp, value, each)), add),
    slicing: Object.freeze<Slicing>({
      slice(timestamp, into) {
        let [start, end] = [-Infinity, Infinity];
        for (const slicing of slicings) {
          slicing.slice(timestamp, own);
          start = Math.max(start, own.start);
          end = Math.min(end, own.end);
        }
        into.start = start;
        into.end = end;
      },
      windows(start, _end, add) {
        inOrder(each => {
          for (const slicing of slicings) {
            // A slice of one kind may be longer than the one that all have in common.
            slicing.slice(start, own);
            slicing.windows(own.start, own.end, each);
          }
        }, add);
      },
    }),
    namesOf(window) {
      const has = (kind: Aligned): boolean => {
        let found = false;
        kind.assign(window.start, undefined, (start, end) => {
          found ||= start === window.start && end === window.end;
        });
        return found;
      };
      return entries.filter(([, kind]) => has(kind)).map(([name]) => name);
    },
  });
}

function readKinds(kinds: Readonly<Record<string, WindowAssigner<unknown>>>): [string, WindowAssigner<unknown>][] {
  const entries = typeof kinds === 'object' && kinds !== null && !Array.isArray(kinds) ? Object.entries(kinds) : [];
  if (entries.length === 0)
    throw mustBe('combined(): its argument', "windows by name, such as { minute: tumbling('1m'), hour: tumbling('1h') }", kinds);
  for (const [name, kind] of entries) {
    const aligned = kind?.slicing && !kind.merging && !kind.trigger;
    if (!aligned) throw mustBe(`combined(): ${name}`, "aligned windows, such as tumbling('1h')", kind?.name ?? kind);
  }
  return entries;
}

type Add = (start: number, end: number) => void;

/** Calls `add` for each window that `all` gives, once, in order of end, then of start. */
function inOrder(all: (each: Add) => void, add: Add): void {
  const found: [start: number, end: number][] = [];
  all((start, end) => void found.push([start, end]));
  found.sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  for (let i = 0; i < found.length; i++) {
    const [start, end] = found[i] as [number, number];
    const before = found[i - 1];
    if (!(before && before[0] === start && before[1] === end)) add(start, end);
  }
}

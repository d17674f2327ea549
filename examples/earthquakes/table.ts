/** Prints the replay: a table of panes that grows as they come, a line that shows where it is, and the verdict. */
import type { PaneTiming } from 'tidemark';
import { clockText, dayText } from '../plane/scale.js';
import type { Score } from './compare.js';
import type { Quake } from './feed.js';
import type { Drop, Firing } from './replay.js';

/** Where text goes; `isTTY` allows a line that is overwritten. */
export interface Out {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35 } as const;
/** Adds a colour, or nothing. */
export type Paint = (style: keyof typeof CODES, text: string) => string;

/** `Paint` for a terminal that shows colours, or not. */
export function painter(colours: boolean): Paint {
  return (style, text) => (colours ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
}

const LOOKS = {
  early: { sign: '○', colour: 'blue' },
  'on-time': { sign: '■', colour: 'green' },
  late: { sign: '▲', colour: 'yellow' },
} as const satisfies Record<PaneTiming, { sign: string; colour: keyof typeof CODES }>;
const HEAD = `${'arrival'.padEnd(14)}${'net'.padEnd(5)}${'day'.padEnd(9)}${'pane'.padEnd(11)}${'quakes'.padStart(7)}${'new'.padStart(6)}${'mean'.padStart(7)}${'strongest'.padStart(11)}`;

/** `Feb 03 14:05`. */
export function moment(time: number): string {
  return `${dayText(time)} ${clockText(Math.floor(time / 60_000) * 60_000)}`;
}

/** The growing table. Networks that are not shown are counted, and summed up at every midnight of arrival. */
export class Table {
  readonly #out: Out;
  readonly #paint: Paint;
  readonly #shown: ReadonlySet<string>;
  readonly #said = new Map<string, number>();
  #others: Record<PaneTiming, number> = { early: 0, 'on-time': 0, late: 0 };
  #day: number | undefined;

  constructor(out: Out, paint: Paint, shown: ReadonlySet<string>) {
    this.#out = out;
    this.#paint = paint;
    this.#shown = shown;
    out.write(`${paint('bold', HEAD)}\n`);
  }

  /** A pane came. */
  pane({ pane, at }: Firing): void {
    this.#turn(at);
    const window = `${pane.key}@${pane.window.start}`;
    const more = pane.value.quakes - (this.#said.get(window) ?? 0);
    this.#said.set(window, pane.value.quakes);
    if (!this.#shown.has(pane.key)) {
      this.#others[pane.timing] += 1;
      return;
    }
    const { sign, colour } = LOOKS[pane.timing];
    const { quakes, mean, strongest } = pane.value;
    const cells = [
      this.#paint('dim', moment(at).padEnd(14)),
      pane.key.padEnd(5),
      dayText(pane.window.start).padEnd(9),
      this.#paint(colour, `${sign} ${pane.timing}`.padEnd(11)),
      String(quakes).padStart(7),
      (more > 0 ? `+${more}` : '·').padStart(6),
      (mean ?? 0).toFixed(2).padStart(7),
      (strongest ?? 0).toFixed(1).padStart(11),
    ];
    this.#line(cells.join(''));
  }

  /** An element came too late to count. */
  drop({ record, at }: Drop): void {
    const { net, mag, place } = record.value;
    this.#line(
      `${this.#paint('dim', moment(at).padEnd(14))}${net.padEnd(5)}${this.#paint('red', `✕ dropped: M ${mag} ${place}, ${hours(record.by)} behind the watermark`)}`,
    );
  }

  /** How far the replay is; only where a line can be overwritten. */
  progress(quake: Quake, done: number, all: number): void {
    if (!this.#out.isTTY) return;
    const full = Math.round((done / all) * 24);
    this.#out.write(
      `\r\u001b[K${this.#paint('dim', `${moment(quake.updated)}  ${'█'.repeat(full)}${'░'.repeat(24 - full)}  ${done} of ${all} quakes`)}`,
    );
  }

  /** The recording is over. */
  end(at: number): void {
    this.#turn(at);
    this.#line(this.#paint('dim', `${moment(at).padEnd(14)}the recording ends, which completes the days that are still open`));
  }

  /** Nothing more comes. */
  close(): void {
    this.#turn(undefined);
    if (this.#out.isTTY) this.#out.write('\r\u001b[K');
  }

  #turn(at: number | undefined): void {
    const day = at === undefined ? undefined : Math.floor(at / 86_400_000);
    const { early, late, 'on-time': onTime } = this.#others;
    if (this.#day !== undefined && day !== this.#day && early + onTime + late > 0) {
      this.#line(
        this.#paint(
          'dim',
          `${dayText(this.#day * 86_400_000).padEnd(14)}other networks: ○ ${early} early, ■ ${onTime} on-time, ▲ ${late} late`,
        ),
      );
      this.#others = { early: 0, 'on-time': 0, late: 0 };
    }
    this.#day = day;
  }

  #line(text: string): void {
    this.#out.write(`${this.#out.isTTY ? '\r\u001b[K' : ''}${text}\n`);
  }
}

/** One line of the verdict: a name, how many windows it got wrong, and the worst of them. */
export function verdict(name: string, { wrong, windows, worst }: Score, paint: Paint): string {
  const text = `${String(wrong).padStart(3)} of ${windows} wrong`;
  const [net, day] = worst?.window.split('@') ?? [];
  const example = worst === undefined ? '' : `   worst: ${net} on ${dayText(Number(day))}, ${worst.said} for ${worst.truth} quakes`;
  return `  ${name.padEnd(40)}${paint(wrong === 0 ? 'green' : 'red', text)}${paint('dim', example)}\n`;
}

/** Milliseconds as hours. */
export function hours(milliseconds: number): string {
  return `${(milliseconds / 3_600_000).toFixed(1)} h`;
}

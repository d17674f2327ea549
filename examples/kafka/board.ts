/** What whoever reads the takings sees: rows as they are committed, and what holds of each shop and minute in the end. */
import { json, type KafkaRecord, type PaneHeaders, paneHeaders } from 'tidemark/kafka';
import { cellOf, type Takings } from './sales.js';

const euros = (cents: number): string => (cents / 100).toLocaleString('en', { minimumFractionDigits: 2 }).padStart(9);
const clock = (time: number): string => new Date(time).toISOString().slice(11, 16);

export class Board {
  /** Rows, whatever they say. */
  rows = 0;
  corrections = 0;
  /** Rows that were there before: none, exactly once. */
  repeated = 0;
  readonly #takings = new Map<string, number>();
  readonly #newest = new Map<string, number>();
  readonly #seen = new Set<string>();
  readonly #cents = json<number>();

  get takings(): Takings {
    return this.#takings;
  }

  /** Takes a row in; a line that shows it. */
  take(record: KafkaRecord): string {
    const { window, timing, index } = paneHeaders(record) as PaneHeaders;
    const shop = new TextDecoder().decode(record.key ?? undefined);
    const cents = this.#cents.decode(record.value, record);
    const cell = cellOf(shop, window.start);
    this.rows++;
    if (this.#seen.has(`${cell} ${index}`)) this.repeated++;
    this.#seen.add(`${cell} ${index}`);
    const before = this.#takings.get(cell);
    if (index > (this.#newest.get(cell) ?? -1)) {
      this.#newest.set(cell, index);
      this.#takings.set(cell, cents);
    }
    const line = `  ${clock(window.start)}  ${shop.padEnd(7)}${euros(cents)}  ${timing}`;
    if (before === undefined) return line;
    this.corrections++;
    return `${line.padEnd(38)}  corrects ${euros(before).trim()}`;
  }
}

/** Why a window of a key has, or has not, fired: as data, and as sentences. */

import type { TimeWindow } from '../engine/window.js';
import { show } from '../errors.js';
import { START_OF_TIME, type Watermark } from '../time/timestamp.js';
import { linesOf, type Reason } from './reason.js';
import { instant } from './words.js';

/** What becomes of a window of a key. */
export type WindowStatus =
  /** It holds something that is still to be shown, or its pane on time is still to come. */
  | 'waiting'
  /** All that came has been shown; late elements may still come. */
  | 'fired'
  /** Its trigger has finished: it takes nothing more. */
  | 'closed'
  /** It is past its end and its lateness. Whether there was anything in it is not known any more. */
  | 'expired'
  /** No element of the key has come to it, or none that counted. */
  | 'empty'
  /** The job is not at work. */
  | 'not-running';

/** What an {@link Explanation} holds. */
export type ExplanationData = Omit<Explanation, 'toString'>;

/** Why there is, or is no result of a window of a key; see `explain`. `String(explanation)` says it in sentences. */
export class Explanation {
  /** The operator: its name. */
  readonly operator: string;
  /** The key; undefined for windows without one. */
  readonly key: unknown;
  /** The window; undefined: the key has none there, and without an element it is not known what it would be (sessions). */
  readonly window: TimeWindow | undefined;
  /** What becomes of it. */
  readonly status: WindowStatus;
  /** How far time has come at the operator. */
  readonly watermark: Watermark;
  /** The watermark at which its next pane comes, if nothing else brings one before; undefined: no watermark brings one. */
  readonly until: Watermark | undefined;
  /** How many panes it has said so far, as far as it is still remembered. */
  readonly panes: number;
  /** Why that is so, and what can be done, from the window up to the sources. */
  readonly reasons: readonly Reason[];

  /** @internal */
  constructor(data: ExplanationData) {
    this.operator = data.operator;
    this.key = data.key;
    this.window = data.window;
    this.status = data.status;
    this.watermark = data.watermark;
    this.until = data.until;
    this.panes = data.panes;
    this.reasons = data.reasons;
  }

  /** The first line says what is the case; each of the others is a reason, with what to do. */
  toString(): string {
    return [`${this.#subject()} ${this.#verdict()}`, ...linesOf(this.reasons)].join('\n');
  }

  #subject(): string {
    const { operator, key, window } = this;
    const of = key === undefined ? [] : [show(key)];
    if (window) of.push(`${instant(window.start)} to ${instant(window.end, window.start)}`);
    return of.length > 0 ? `${operator} [${of.join(', ')})` : operator;
  }

  #verdict(): string {
    const { status, window, watermark, until, panes } = this;
    const now = watermark === START_OF_TIME ? 'there is no watermark yet' : `the watermark is at ${instant(watermark, window?.start)}`;
    const said = panes === 0 ? '' : `, after ${panes === 1 ? 'a pane' : `${panes} panes`}`;
    switch (status) {
      case 'waiting':
        return `waits${said}: ${until === undefined ? now : `its next pane comes when the watermark reaches ${instant(until, window?.start)}, and ${now}`}.`;
      case 'fired':
        return `has fired: ${now}.`;
      case 'not-running':
        return 'is not at work.';
      default:
        return `is ${status}: ${now}.`;
    }
  }
}

/**
 * What the state of an operator depends on, by aspect, as plain JSON: `{ assigner: 'tumbling(1h)', aggregate: 'count', ... }`. It stands in
 * the slot of a checkpoint, so that a later program can tell, before it reads any of it, whether it understands the state.
 */
import { crc32 } from './crc32.js';

/** Versions of what users define are numbers; 0: none was said. */
export type Form = Readonly<Record<string, string | number>>;

/** Aspects as people are told of them; others behind them. Checkpoints keep names in another order. */
const ORDER = ['assigner', 'type', 'aggregate', 'aggregate version', 'row', 'trigger', 'trigger version', 'watermark', 'accumulation'];
/** Aspects whose values say by themselves what they are. */
const PLAIN: ReadonlySet<string> = new Set(['assigner', 'aggregate', 'trigger', 'accumulation', 'watermark', 'type']);
/** Aspects that people need not see. */
const HIDDEN: ReadonlySet<string> = new Set(['row', 'kept in']);

/** The aspects of some forms, each once, in the order in which people are told of them. */
export function aspectsOf(...forms: readonly Form[]): string[] {
  const placeOf = (aspect: string): number => (ORDER.indexOf(aspect) + ORDER.length + 1) % (ORDER.length + 1);
  return [...new Set(forms.flatMap(form => Object.keys(form)))].sort((a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1));
}

/** For people: `tumbling(1h), count, afterWatermark(), accumulating, closing ifChanged, lateness 0, ...`. */
export function formText(form: Form): string {
  const shown = aspectsOf(form).filter(aspect => !HIDDEN.has(aspect) && !(aspect.endsWith('version') && form[aspect] === 0));
  return shown.map(aspect => (PLAIN.has(aspect) ? form[aspect] : `${aspect} ${form[aspect]}`)).join(', ');
}

/** The highest of the versions that it says. */
export function versionOf(form: Form): number {
  return Math.max(0, ...Object.entries(form).map(([aspect, value]) => (aspect.endsWith('version') ? Number(value) : 0)));
}

/** The same for equal forms, hardly ever for others: eight hexadecimal digits. */
export function fingerprintOf(form: Form): string {
  const text = JSON.stringify(aspectsOf(form).map(aspect => [aspect, form[aspect]]));
  return crc32(new TextEncoder().encode(text)).toString(16).padStart(8, '0');
}

/**
 * What the state of an operator depends on, by aspect, as plain JSON: `{ assigner: 'tumbling(1h)', aggregate: 'count', ... }`. It stands in
 * the slot of a checkpoint, so that a later program can tell, before it reads any of it, whether it understands the state.
 */
import { crc32 } from './crc32.js';

/** Aspects in their order. Versions of what users define are numbers; 0: none was said. */
export type Form = Readonly<Record<string, string | number>>;

/** Aspects whose values say by themselves what they are. */
const PLAIN: ReadonlySet<string> = new Set(['assigner', 'aggregate', 'trigger', 'accumulation', 'watermark', 'type']);
/** Aspects that people need not see. */
const HIDDEN: ReadonlySet<string> = new Set(['row', 'kept in']);

/** For people: `tumbling(1h), count, afterWatermark(), accumulating, lateness 0, ...`. */
export function formText(form: Form): string {
  const shown = Object.entries(form).filter(([aspect, value]) => !HIDDEN.has(aspect) && !(aspect.endsWith('version') && value === 0));
  return shown.map(([aspect, value]) => (PLAIN.has(aspect) ? value : `${aspect} ${value}`)).join(', ');
}

/** The highest of the versions that it says. */
export function versionOf(form: Form): number {
  return Math.max(0, ...Object.entries(form).map(([aspect, value]) => (aspect.endsWith('version') ? Number(value) : 0)));
}

/** The same for equal forms, hardly ever for others: eight hexadecimal digits. */
export function fingerprintOf(form: Form): string {
  return crc32(new TextEncoder().encode(JSON.stringify(form)))
    .toString(16)
    .padStart(8, '0');
}

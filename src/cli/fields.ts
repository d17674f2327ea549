/** Finds fields by name or path, and reads times in them. */
import type { Unit } from './options.js';

/** The value at a path such as `properties.time`; a field whose name has the dots in it goes first. Undefined: there is none. */
export function fieldOf(record: unknown, path: string): unknown {
  if (typeof record !== 'object' || record === null) return undefined;
  if (Object.hasOwn(record, path)) return (record as Record<string, unknown>)[path];
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const name = path.slice(0, dot);
    if (!Object.hasOwn(record, name)) continue;
    const found = fieldOf((record as Record<string, unknown>)[name], path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The paths that a record has, down to three levels; what is in arrays is left out. */
export function pathsOf(record: unknown, depth = 3): string[] {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return [];
  return Object.entries(record).flatMap(([name, value]) => {
    const below = depth > 1 ? pathsOf(value, depth - 1) : [];
    return below.length > 0 ? below.map(path => `${name}.${path}`) : [name];
  });
}

/** Milliseconds since 1970; undefined: it is no time. Numbers are milliseconds and texts ISO 8601, unless a unit is given. */
export function timeOf(value: unknown, unit: Unit | undefined): number | undefined {
  const read = unit === 'iso' ? isoTime(value) : (numeric(value, unit) ?? (unit === undefined ? isoTime(value) : undefined));
  return Number.isSafeInteger(read) ? read : undefined;
}

/** So many of a unit are a second. */
const PER_SECOND = { s: 1, ms: 1e3, us: 1e6, ns: 1e9 } as const;

/** Whether it is a number too large for milliseconds since 1970. */
export function isHuge(value: unknown): boolean {
  return Math.abs(numeric(value, 'ms') ?? 0) > Number.MAX_SAFE_INTEGER;
}

function numeric(value: unknown, unit: Exclude<Unit, 'iso'> = 'ms'): number | undefined {
  if (typeof value === 'string' && !/^\s*[-+]?\d+(\.\d*)?([eE][-+]?\d+)?\s*$/.test(value)) return undefined;
  // Rounded to the microsecond first: 1.001 s is a little less than 1001 ms in binary.
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  return Math.floor(Math.round((number * 1e6) / PER_SECOND[unit]) / 1_000);
}

function isoTime(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const parts = /^\s*(\d{4}-\d\d(?:-\d\d)?)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[-+]\d\d(?::?\d\d)?)?)?\s*$/i.exec(value);
  if (!parts) return undefined;
  const [, day, time = '00:00', zone = 'Z'] = parts;
  const offset = /^[-+]\d\d$/.test(zone) ? `${zone}:00` : zone.replace(/^([-+]\d\d)(\d\d)$/, '$1:$2');
  const read = Date.parse(`${day!.length === 7 ? `${day}-01` : day}T${time}${offset.toUpperCase()}`);
  return Number.isNaN(read) ? undefined : read;
}

/** State as JSON that a person can read: what JSON does not know has a text, or becomes an array. It is not read back. */

/** JSON on one line, or indented. */
export function jsonOf(value: unknown, indent?: number): string {
  return JSON.stringify(plain(value), undefined, indent);
}

/** Bigints are `"12n"`, NaN and infinities texts, dates ISO 8601, maps arrays of pairs; undefined is null. */
export function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === undefined) return null;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof Map) return [...value].map(([key, content]) => [plain(key), plain(content)]);
  if (value instanceof Set || Array.isArray(value)) return Array.from(value, plain);
  if (value instanceof Error || value instanceof RegExp) return String(value);
  if (value instanceof ArrayBuffer) return plain(new Uint8Array(value));
  if (value instanceof DataView) return plain(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as Iterable<number | bigint>, plain);
  return Object.fromEntries(Object.entries(value).flatMap(([name, content]) => (content === undefined ? [] : [[name, plain(content)]])));
}

/** CRC-32 as in zlib, PNG and gzip: polynomial 0xEDB88320, reflected. Four bytes a step ("slicing by 4", Kounavis and Berry, 2005). */

const TABLES: readonly Uint32Array[] = tables();

function tables(): Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
  const all = [first];
  for (let step = 1; step < 4; step++) {
    all.push((all[step - 1] as Uint32Array).map(value => (value >>> 8) ^ (first[value & 255] as number)));
  }
  return all;
}

/** The checksum of `bytes`, an unsigned 32-bit number. `before`: of what comes before them, if they are a continuation. */
export function crc32(bytes: Uint8Array, before = 0): number {
  const [t0, t1, t2, t3] = TABLES as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  const length = bytes.length;
  let crc = ~before;
  let at = 0;
  for (const last = length - 3; at < last; at += 4) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc = t3[crc & 255]! ^ t2[(crc >>> 8) & 255]! ^ t1[(crc >>> 16) & 255]! ^ t0[crc >>> 24]!;
  }
  for (; at < length; at++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[at]!) & 255]!;
  return ~crc >>> 0;
}

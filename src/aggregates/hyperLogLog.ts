/**
 * HyperLogLog (Flajolet, Fusy, Gandouet, Meunier 2007): how many different hashes came, from a few kilobytes. The first bits of a
 * hash choose one of 2^precision registers, which keeps the highest rank that it saw: the place of the first bit set among the
 * rest. The estimate is the improved one of Otmar Ertl ("New cardinality estimation algorithms for HyperLogLog sketches", 2017),
 * without tables; its bias is 1.1 / 2^precision, which is far below the error.
 *
 * It begins as a list, as in HyperLogLog++ (Heule, Nunkesser, Hall 2013), at a precision of 25 bits: few values take few bytes and
 * are counted almost exactly. Registers take over when the list would take more bytes than they do, and lose nothing by it that
 * they would have had: what they hold, and whether there are registers at all, is the same for any order of adding and merging.
 */
import type { Hash } from './hash.js';

/**
 * Either a list, ascending, of `index * 64 + rank` at 25 bits, one for each index; or the registers, one byte each.
 */
export type HyperLogLog = number[] | Uint8Array;

const LIST_PRECISION = 25;
const LIST_REGISTERS = 2 ** LIST_PRECISION;

/** Takes in a hash; what comes back is the sketch from then on. */
export function addHash(sketch: HyperLogLog, precision: number, hash: Hash): HyperLogLog {
  const high = hash[0] as number;
  const low = hash[1] as number;
  if (Array.isArray(sketch)) {
    const rest = high << LIST_PRECISION;
    const rank = rest === 0 ? 33 - LIST_PRECISION + Math.clz32(low) : Math.clz32(rest) + 1;
    return listed(sketch, precision, (high >>> (32 - LIST_PRECISION)) * 64 + rank);
  }
  const rest = high << precision;
  raise(sketch, high >>> (32 - precision), rest === 0 ? 33 - precision + Math.clz32(low) : Math.clz32(rest) + 1);
  return sketch;
}

/** Takes in all of `b`, and leaves it as it is. */
export function mergeSketches(a: HyperLogLog, b: HyperLogLog, precision: number): HyperLogLog {
  if (Array.isArray(b)) {
    let sketch = a;
    for (const entry of b) sketch = Array.isArray(sketch) ? listed(sketch, precision, entry) : unlisted(sketch, precision, entry);
    return sketch;
  }
  const registers = Array.isArray(a) ? withEntries(b.slice(), precision, a) : a;
  for (let i = 0; i < b.length; i++) raise(registers, i, b[i] as number);
  return registers;
}

/** How many different hashes came, about; not rounded. */
export function estimate(sketch: HyperLogLog, precision: number): number {
  // So few of so many registers are taken that hardly two hashes share one: linear counting corrects for these.
  if (Array.isArray(sketch)) return -LIST_REGISTERS * Math.log1p(-sketch.length / LIST_REGISTERS);
  const top = 65 - precision;
  const counts = new Array<number>(top + 1).fill(0);
  for (let i = 0; i < sketch.length; i++) (counts[sketch[i] as number] as number)++;
  const m = sketch.length;
  let z = m * tau(1 - (counts[top] as number) / m);
  for (let rank = top - 1; rank >= 1; rank--) z = 0.5 * (z + (counts[rank] as number));
  z += m * sigma((counts[0] as number) / m);
  return (m * m) / (2 * Math.LN2 * z);
}

/** How long a list may be: 8 bytes an entry, as many as the registers take, and what an array of bytes costs by itself. */
export function longestList(precision: number): number {
  return 2 ** (precision - 3) + 16;
}

function listed(list: number[], precision: number, entry: number): HyperLogLog {
  const first = entry & ~63;
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] as number) < first) low = middle + 1;
    else high = middle;
  }
  const there = list[low];
  if (there !== undefined && there < first + 64) {
    if (there < entry) list[low] = entry;
    return list;
  }
  if (list.length >= longestList(precision)) {
    return unlisted(withEntries(new Uint8Array(2 ** precision), precision, list), precision, entry);
  }
  list.splice(low, 0, entry);
  return list;
}

function withEntries(registers: Uint8Array, precision: number, list: readonly number[]): Uint8Array {
  for (const entry of list) unlisted(registers, precision, entry);
  return registers;
}

/** The same hash at a lower precision: what the longer index has more is the beginning of the rest. */
function unlisted(registers: Uint8Array, precision: number, entry: number): Uint8Array {
  const index = entry >>> 6;
  const more = LIST_PRECISION - precision;
  const rest = index << (32 - more);
  raise(registers, index >>> more, rest === 0 ? more + (entry & 63) : Math.clz32(rest) + 1);
  return registers;
}

function raise(registers: Uint8Array, index: number, rank: number): void {
  if ((registers[index] as number) < rank) registers[index] = rank;
}

/** Ertl's sigma: x + the sum of x^(2^k) * 2^(k-1) over k from 1 on. Infinite at 1, where no register is taken. */
function sigma(x: number): number {
  if (x === 1) return Infinity;
  let power = x;
  let weight = 1;
  let sum = x;
  for (let before = NaN; sum !== before; ) {
    power *= power;
    before = sum;
    sum += power * weight;
    weight *= 2;
  }
  return sum;
}

/** Ertl's tau: a third of 1 - x - the sum of (1 - x^(2^-k))^2 * 2^-k over k from 1 on. */
function tau(x: number): number {
  if (x === 0 || x === 1) return 0;
  let root = x;
  let weight = 1;
  let sum = 1 - x;
  for (let before = NaN; sum !== before; ) {
    root = Math.sqrt(root);
    before = sum;
    weight *= 0.5;
    sum -= (1 - root) ** 2 * weight;
  }
  return sum / 3;
}

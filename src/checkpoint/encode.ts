/**
 * Plain data to bytes: what `structuredClone` takes, less what shares or closes a circle. Equal data give equal bytes.
 * A record is encoded in steps, so that a large one does not stop the loop: nothing in it may change in between. (Long, since what each kind
 * of value is written as stands beside the buffer that it is written into: a call between two objects for each value would be felt.)
 */
import { show, TidemarkError } from '../errors.js';
import { crc32 } from './crc32.js';
import * as tag from './tags.js';

/** A container that is being written. The lowest one is the record itself. */
interface Frame {
  kind: 'record' | 'array' | 'object' | 'map' | 'set';
  /** Array: itself. Object: itself. Others: their iterator. */
  source: any;
  names: readonly string[];
  /** How many elements, or keys and values, have been begun. */
  at: number;
  end: number;
  /** Map: the value of the key written last. */
  pending: unknown;
  key: unknown;
}

interface Shape {
  /** -1: none yet. */
  id: number;
  names: readonly string[];
  readonly next: Map<string, Shape>;
}

const NO_NAMES: readonly string[] = [];
const toText = Object.prototype.toString;

/** Writes records one behind the other, each with its length before it. */
export class Encoder {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  #start = 0;
  #where = '';
  readonly #frames: Frame[] = [];
  #depth = 0;
  readonly #root: Shape = { id: -1, names: NO_NAMES, next: new Map() };
  #last: Shape = this.#root;
  #shapes = 0;
  /** Sets of names by their number. */
  readonly shapes: (readonly string[])[] = [];

  /** How many bytes there are. */
  get length(): number {
    return this.#at;
  }

  /** Begins a record of some values; `where` is said in errors. Behind `end` of the one before. */
  begin(where: string, values: readonly unknown[]): void {
    this.#where = where;
    this.#start = this.#at;
    this.#reserve(4);
    this.#at += 4;
    this.#depth = 0;
    this.#push('record', values, NO_NAMES, 0, values.length);
  }

  /** Goes on with the record for some `steps`, which are values. True: it is complete. */
  run(steps: number): boolean {
    let left = steps;
    while (this.#depth > 0) {
      if (left <= 0) return false;
      left = this.#fill(this.#frames[this.#depth - 1] as Frame, left);
    }
    this.#view.setUint32(this.#start, this.#at - this.#start - 4, true);
    return true;
  }

  /** Takes the first `count` bytes away. Between records. */
  take(count: number): Uint8Array {
    const taken = this.#bytes.slice(0, count);
    this.#bytes.copyWithin(0, count, this.#at);
    this.#at -= count;
    return taken;
  }

  /** Writes of a container until it is done, or until a value in it is a container. */
  #fill(frame: Frame, steps: number): number {
    let left = steps;
    const { kind, source, names, end } = frame;
    while (frame.at < end) {
      if (left-- <= 0) return 0;
      const at = frame.at++;
      let value: unknown;
      if (kind === 'array' || kind === 'record') value = source[at];
      else if (kind === 'object') value = source[names[at] as string];
      else value = this.#next(frame, at);
      if (value === undefined && kind === 'array' && !(at in source)) this.#byte(tag.HOLE);
      else if (!this.#leaf(value) && this.#branch(value as object)) return left;
    }
    this.#depth--;
    frame.source = frame.pending = frame.key = undefined;
    return left;
  }

  #next(frame: Frame, at: number): unknown {
    if (frame.kind === 'map' && at % 2 === 1) return frame.pending;
    const { value, done } = frame.source.next();
    if (done) throw this.#cannot('a collection that changes while it is read', undefined);
    if (frame.kind === 'set') return value;
    frame.pending = value[1];
    return (frame.key = value[0]);
  }

  /** Writes what holds no other values; false: it may. */
  #leaf(value: unknown): boolean {
    switch (typeof value) {
      case 'number':
        this.#number(value);
        return true;
      case 'string':
        this.#text(value);
        return true;
      case 'boolean':
        this.#byte(value ? tag.TRUE : tag.FALSE);
        return true;
      case 'undefined':
        this.#byte(tag.UNDEFINED);
        return true;
      case 'bigint':
        this.#bigint(value);
        return true;
      default:
        if (value !== null) return false;
        this.#byte(tag.NULL);
        return true;
    }
  }

  /** Writes the beginning of a container, and true: the rest is on the stack. Or the whole of what is none. */
  #branch(value: object): boolean {
    if (typeof value !== 'object') throw this.#cannot(typeof value === 'function' ? 'a function' : 'a symbol', value);
    if (Array.isArray(value)) return this.#array(value);
    const prototype = Object.getPrototypeOf(value);
    const above = prototype && Object.getPrototypeOf(prototype);
    if (!above) return this.#object(value as Record<string, unknown>);
    if (ArrayBuffer.isView(value)) return this.#viewOf(value);
    const error = value instanceof Error && (tag.ERRORS as readonly string[]).includes(prototype.name) && Object.hasOwn(prototype, 'name');
    if (error) return this.#error(value);
    // One class between it and Object: an instance of the class itself, of whichever realm.
    const kind = Object.getPrototypeOf(above) === null ? toText.call(value) : '';
    switch (kind) {
      case '[object Map]':
        this.#counted(tag.MAP, (value as Map<unknown, unknown>).size);
        return this.#push('map', (value as Map<unknown, unknown>).entries(), NO_NAMES, 0, (value as Map<unknown, unknown>).size * 2);
      case '[object Set]':
        this.#counted(tag.SET, (value as Set<unknown>).size);
        return this.#push('set', (value as Set<unknown>).values(), NO_NAMES, 0, (value as Set<unknown>).size);
      case '[object Date]':
        this.#byte(tag.DATE);
        this.#float((value as Date).getTime());
        return false;
      case '[object RegExp]':
        this.#byte(tag.REGEXP);
        this.#text((value as RegExp).source);
        this.#text((value as RegExp).flags);
        return false;
      case '[object ArrayBuffer]':
        this.#byte(tag.BUFFER);
        this.#raw(new Uint8Array(value as ArrayBuffer));
        return false;
      default:
        throw this.#cannot(classOf(value), value);
    }
  }

  #array(value: readonly unknown[]): boolean {
    const length = value.length;
    this.#counted(tag.ARRAY, length);
    let at = 0;
    if (length <= tag.MAX_NAMES) while (at < length && value[at] !== undefined && this.#leaf(value[at])) at++;
    return at < length && this.#push('array', value, NO_NAMES, at, length);
  }

  #object(value: Record<string, unknown>): boolean {
    const names = Object.keys(value);
    const length = names.length;
    this.#names(names);
    let at = 0;
    if (length <= tag.MAX_NAMES) while (at < length && this.#leaf(value[names[at] as string])) at++;
    return at < length && this.#push('object', value, names, at, length);
  }

  /** Names that came before are written by their number. */
  #names(names: readonly string[]): void {
    const known = same(this.#last.names, names) ? this.#last : this.#shape(names);
    if (known && known.id >= 0) {
      this.#last = known;
      this.#counted(tag.SHAPED, known.id);
      return;
    }
    if (known) {
      known.id = this.#shapes++;
      this.shapes.push(names);
      known.names = names;
    }
    this.#counted(known ? tag.SHAPE : tag.OBJECT, names.length);
    for (const name of names) this.#text(name);
  }

  /** The shape of some names; without a number if they are new. Undefined: they shall get none. */
  #shape(names: readonly string[]): Shape | undefined {
    if (names.length > tag.MAX_NAMES || names.length === 0) return undefined;
    let shape = this.#root;
    for (const name of names) {
      let next = shape.next.get(name);
      if (!next) {
        if (this.#shapes >= tag.MAX_SHAPES) return undefined;
        next = { id: -1, names: NO_NAMES, next: new Map() };
        shape.next.set(name, next);
      }
      shape = next;
    }
    return shape.id >= 0 || this.#shapes < tag.MAX_SHAPES ? shape : undefined;
  }

  #error(value: Error): boolean {
    this.#byte(tag.ERROR);
    const cause = Object.hasOwn(value, 'cause') ? [value.cause] : [];
    this.#text(Object.getPrototypeOf(value).name);
    this.#text(String(value.message));
    this.#text(String(value.stack ?? ''));
    this.#counted(tag.ARRAY, cause.length);
    return cause.length > 0 && this.#push('array', cause, NO_NAMES, 0, 1);
  }

  #viewOf(value: ArrayBufferView): boolean {
    const kind = (tag.VIEWS as readonly string[]).indexOf(toText.call(value).slice(8, -1));
    if (kind < 0) throw this.#cannot(classOf(value), value);
    this.#byte(tag.VIEW);
    this.#byte(kind);
    this.#raw(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    return false;
  }

  #number(value: number): void {
    this.#reserve(9);
    if (value >= 0 && value < 128 && (value | 0) === value && !Object.is(value, -0)) this.#bytes[this.#at++] = value;
    else if ((value | 0) === value && value >= -0x40000000 && value < 0x40000000 && value !== 0) {
      this.#bytes[this.#at++] = tag.INT;
      this.#varint(value >= 0 ? value * 2 : -value * 2 - 1);
    } else {
      this.#bytes[this.#at++] = tag.FLOAT;
      this.#float(value);
    }
  }

  #float(value: number): void {
    this.#reserve(8);
    // Every NaN is the same one.
    if (value !== value) this.#view.setBigUint64(this.#at, 0x7ff8000000000000n, true);
    else this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  #bigint(value: bigint): void {
    const digits = (value < 0n ? -value : value).toString(16);
    const hex = digits.length % 2 ? `0${digits}` : digits;
    const count = hex.length / 2;
    this.#counted(value < 0n ? tag.NEGATIVE_BIGINT : tag.BIGINT, count);
    this.#reserve(count);
    for (let at = hex.length - 2; at >= 0; at -= 2) this.#bytes[this.#at++] = Number.parseInt(hex.slice(at, at + 2), 16);
  }

  #text(value: string): void {
    const length = value.length;
    this.#reserve(length * 2 + 9);
    const before = this.#at;
    if (length <= tag.SHORT_TEXT_MAX) this.#bytes[this.#at++] = tag.SHORT_TEXT | length;
    else {
      this.#bytes[this.#at++] = tag.NARROW;
      this.#varint(length);
    }
    const bytes = this.#bytes;
    let to = this.#at;
    for (let at = 0; at < length; at++) {
      const unit = value.charCodeAt(at);
      if (unit > 255) {
        this.#wide(value, before);
        return;
      }
      bytes[to++] = unit;
    }
    this.#at = to;
  }

  #wide(value: string, before: number): void {
    this.#at = before;
    this.#bytes[this.#at++] = tag.WIDE;
    this.#varint(value.length);
    for (let at = 0; at < value.length; at++) {
      const unit = value.charCodeAt(at);
      this.#bytes[this.#at++] = unit & 255;
      this.#bytes[this.#at++] = unit >>> 8;
    }
  }

  #raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length + 9);
    this.#varint(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  #counted(kind: number, count: number): void {
    this.#reserve(9);
    this.#bytes[this.#at++] = kind;
    this.#varint(count);
  }

  /** A whole number below 2^53; there must be room for 8 bytes. */
  #varint(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = rest < 0x80000000 ? rest >>> 7 : Math.floor(rest / 128)) this.#bytes[this.#at++] = (rest & 127) | 128;
    this.#bytes[this.#at++] = rest;
  }

  #reserve(count: number): void {
    const needed = this.#at + count;
    if (needed <= this.#bytes.length) return;
    if (needed - this.#start > 0x7fffffff) throw this.#cannot('more than 2 GiB in one piece', undefined);
    const bytes = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    bytes.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }

  /** Always true: there is something on the stack. */
  #push(kind: Frame['kind'], source: unknown, names: readonly string[], at: number, end: number): true {
    if (this.#depth > tag.MAX_DEPTH) throw this.#cannot(`more than ${tag.MAX_DEPTH} values in each other, or a circle`, undefined);
    const frame = (this.#frames[this.#depth++] ??= { kind, source, names, at, end, pending: undefined, key: undefined });
    frame.kind = kind;
    frame.source = source;
    frame.names = names;
    frame.at = at;
    frame.end = end;
    return true;
  }

  /** The error for what cannot be kept. */
  #cannot(what: string, value: unknown): TidemarkError {
    const path = this.#frames.slice(1, this.#depth).map(pathOf);
    const shown = path.length > 12 ? [...path.slice(0, 12), '...'] : path;
    const came = value === undefined ? '' : ` (${show(value)})`;
    return new TidemarkError(
      'UNSTORABLE',
      `${this.#where}: ${what}${came} at state${shown.join('')} cannot be kept in a checkpoint. State must be plain data: what structuredClone takes, without class instances, shared references and circles.`,
    );
  }
}

function same(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length || a.length === 0) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

function pathOf({ kind, names, at, key }: Frame): string {
  if (kind === 'object') return /^[A-Za-z_$][\w$]*$/.test(names[at - 1] as string) ? `.${names[at - 1]}` : `[${show(names[at - 1])}]`;
  if (kind === 'map') return at % 2 ? `.key(${show(key)})` : `.get(${show(key)})`;
  return kind === 'set' ? `.value(${at - 1})` : `[${at - 1}]`;
}

function classOf(value: object): string {
  const name = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return `an instance of ${typeof name === 'string' && name ? name : 'a class'}`;
}

/** A value as bytes, with a version before it and a checksum behind. `where` is said in errors. */
export function encode(value: unknown, where = 'encode()'): Uint8Array {
  const encoder = new Encoder();
  encoder.begin(where, [value]);
  while (!encoder.run(Number.MAX_SAFE_INTEGER));
  const record = encoder.take(encoder.length);
  const sealed = new Uint8Array(record.length + 1);
  sealed[0] = tag.VALUES_VERSION;
  // The length before the record is of no use here.
  sealed.set(record.subarray(4), 1);
  const checked = sealed.subarray(0, record.length - 3);
  new DataView(sealed.buffer).setUint32(checked.length, crc32(checked), true);
  return sealed;
}

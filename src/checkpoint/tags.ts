/**
 * The bytes that values begin with in a checkpoint. They are a format: a tag keeps its meaning for ever, new ones take free numbers.
 *
 * 0x00 to 0x7F are the whole numbers 0 to 127; 0xA0 to 0xBF are texts of 0 to 31 characters of one byte each. Lengths and counts are
 * varints: seven bits a byte, the lowest first. Numbers of more than one byte have the lowest byte first.
 */

export const NULL = 0x80;
export const UNDEFINED = 0x81;
export const FALSE = 0x82;
export const TRUE = 0x83;
/** Eight bytes, IEEE 754. */
export const FLOAT = 0x84;
/** A varint of twice the number, or of -2n - 1 for a negative one; from -2^30 to 2^30 - 1. */
export const INT = 0x85;
/** A count of bytes, then the magnitude. */
export const BIGINT = 0x86;
export const NEGATIVE_BIGINT = 0x87;
/** A count of characters, then a byte for each: code units below 256. */
export const NARROW = 0x88;
/** A count of characters, then two bytes for each: UTF-16 code units, lone surrogates too. */
export const WIDE = 0x89;
/** A count, then the elements. */
export const ARRAY = 0x8a;
/** Stands for an element of an array that is not there. */
export const HOLE = 0x8b;
/** A count, the names, then the values. The names get the next free number, for `SHAPED`. */
export const SHAPE = 0x8c;
/** The number of the names, then the values. */
export const SHAPED = 0x8d;
/** As `SHAPE`, but the names get no number. */
export const OBJECT = 0x8e;
/** A count, then keys and values in turn. */
export const MAP = 0x8f;
/** A count, then the values. */
export const SET = 0x90;
/** Eight bytes: milliseconds as `FLOAT`. */
export const DATE = 0x91;
/** Source and flags, as texts. */
export const REGEXP = 0x92;
/** Name, message, stack and cause, as values. */
export const ERROR = 0x93;
/** A count of bytes, then they. */
export const BUFFER = 0x94;
/** The number of its kind in `VIEWS`, a count of bytes, then they. */
export const VIEW = 0x95;
export const SHORT_TEXT = 0xa0;
export const SHORT_TEXT_MAX = 31;

/** Kinds of views of bytes. */
export const VIEWS = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'DataView',
] as const;

/** The classes of errors that are kept as what they are. */
export const ERRORS = ['Error', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError'] as const;

/** Values lie at most so deep in each other. */
export const MAX_DEPTH = 1000;
/** Objects of more names than this, and those beyond so many shapes, have their names with them. */
export const MAX_NAMES = 64;
export const MAX_SHAPES = 4096;
/** The version of all of it, the first byte of what `encode` gives. */
export const VALUES_VERSION = 1;

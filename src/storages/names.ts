/**
 * Names as any medium can keep them: `a-z`, `0-9`, `-`, `_` and escapes that begin with `=`. So capitals stay apart where a disk takes
 * them for small letters, `..` leads nowhere, and no name is one that a system keeps for itself. Every text has one such name, and
 * `decodeName` knows no other.
 */
import { mustBe } from '../errors.js';

/** How long a job's name may be, in UTF-16 units: encoded, it is at most six times as long, and must fit into a key of S3 or LMDB. */
const JOB_LENGTH = 200;
const ID_LENGTH = 200;
const ID = /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/;
/** What Windows keeps for itself. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/;

export function encodeName(text: string): string {
  if (text === '') return '=';
  const name = text.replace(/[^a-z0-9_-]/g, escapeUnit);
  return RESERVED.test(name) ? escapeUnit(name.charAt(0)) + name.slice(1) : name;
}

/** Undefined: no text has this name. */
export function decodeName(name: string): string | undefined {
  const text = name === '=' ? '' : name.replace(/=(?:u([0-9a-f]{4})|([0-9a-f]{2}))/g, (_, wide, narrow) => unit(wide ?? narrow));
  return encodeName(text) === name ? text : undefined;
}

function escapeUnit(char: string): string {
  const code = char.charCodeAt(0).toString(16);
  return code.length > 2 ? `=u${code.padStart(4, '0')}` : `=${code.padStart(2, '0')}`;
}

function unit(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

export function checkJob(job: unknown, where: string): void {
  if (typeof job !== 'string' || job === '' || job.length > JOB_LENGTH) {
    throw mustBe(`${where}: job`, `a text of 1 to ${JOB_LENGTH} characters`, job);
  }
}

export function checkId(id: unknown, where: string): void {
  if (typeof id !== 'string' || id.length > ID_LENGTH || !ID.test(id)) {
    throw mustBe(`${where}: id`, `parts of A-Z, a-z, 0-9, '.', '_' and '-', with '/' between them, at most ${ID_LENGTH} characters`, id);
  }
}

export function checkSeq(seq: unknown, where: string): void {
  if (!(Number.isSafeInteger(seq) && (seq as number) > 0))
    throw mustBe(`${where}: the number of a slot`, 'a whole number of at least 1', seq);
}

export function checkBytes(data: unknown, where: string): void {
  // By its tag: a Uint8Array of another frame or of a test environment is one too.
  if (Object.prototype.toString.call(data) !== '[object Uint8Array]') throw mustBe(`${where}: data`, 'a Uint8Array', data);
}

/** A number of a slot as text that sorts as the number does. */
export function slotName(seq: number): string {
  return String(seq).padStart(16, '0');
}

/** The number of a slot of that name; undefined: it is no name of a slot. */
export function slotNumber(name: string): number | undefined {
  return /^\d{16}$/.test(name) ? Number(name) : undefined;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

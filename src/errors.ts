/**
 * The one error class of the library. Codes are API and keep their meaning; sentences may improve.
 * A sentence says where (the operator or option), what was expected, what came, and what to do.
 */

/** What went wrong, as a stable word to branch on. */
export type ErrorCode =
  /** A timestamp that is not an integer number of milliseconds in range. */
  | 'BAD_TIMESTAMP'
  /** A duration that is misspelt, or not a whole number of milliseconds. */
  | 'BAD_DURATION'
  /** Any other option or argument out of its range. */
  | 'BAD_OPTION'
  /** A key that has no stable identity: a function, a symbol, a class instance, a cycle. */
  | 'BAD_KEY'
  /** A value that an aggregate cannot use, such as NaN in a sum. */
  | 'BAD_VALUE'
  /** An assigner or a gap gave an impossible window. */
  | 'BAD_WINDOW'
  /** A value reached an event-time operator without its time: an asynchronous RxJS operator stands between. */
  | 'EVENT_TIME_LOST'
  /** A trigger that may finish while data can still come, and so would lose it. */
  | 'UNSAFE_TRIGGER'
  /** A retraction reached an aggregate that has no `remove`. */
  | 'RETRACTION_UNSUPPORTED'
  /** An asynchronous call took longer than its timeout. */
  | 'TIMED_OUT'
  /** More elements wait than an operator was told to keep. */
  | 'OVERFLOW'
  /** A snapshot that does not belong to this operator. */
  | 'BAD_SNAPSHOT'
  /** A storage was used before it was opened, or after it was closed. */
  | 'STORAGE_CLOSED'
  /** A storage could not do what it was asked to: the medium failed. */
  | 'STORAGE_FAILED'
  /** What a storage held is gone: its medium was deleted while it was in use. */
  | 'STORAGE_LOST'
  /** A storage has no room left. */
  | 'STORAGE_FULL'
  /** A medium that cannot keep what a storage promises, or a package that is missing. */
  | 'STORAGE_UNFIT'
  /** The id of a chunk that was used before: nothing is ever overwritten. */
  | 'CHUNK_EXISTS'
  /** A trace that does not follow the trace format. */
  | 'BAD_TRACE'
  /** State that a checkpoint cannot keep: a function, a class instance, a circle. */
  | 'UNSTORABLE'
  /** Bytes of a checkpoint that are torn, altered, or of a newer version. */
  | 'BAD_CHECKPOINT'
  /** A checkpoint that did not come about; the job has gone on, or says why not. */
  | 'CHECKPOINT_FAILED'
  /** Another process has taken over the job: this one says nothing more. */
  | 'FENCED'
  /** A pipeline that says something else when it runs once more over the same elements. */
  | 'NOT_DETERMINISTIC'
  /** One of the sides of a comparison has failed: `cause` says by what. */
  | 'SIDE_FAILED'
  /** A restart that would lose or repeat results: the sentence says what a person can do. */
  | 'NEEDS_OPERATOR'
  /** There is no operator of this name whose state can be read. */
  | 'NOT_READABLE'
  /** State that cannot be read now: the job is not running, or a call is at work; the sentence says which, and when it can be. */
  | 'NOT_NOW'
  /** The source has not come so far in time. */
  | 'NOT_UP_TO_BOUND'
  /** The cursor of a scan or of changes that is no longer known: begin anew. */
  | 'CURSOR_EXPIRED'
  /** Kafka could not do what it was asked to, or did not say whether it did: the cause says why. */
  | 'KAFKA_FAILED'
  /** A position in Kafka whose records are no longer kept, or not yet there. */
  | 'OFFSET_OUT_OF_RANGE'
  /** A record of Kafka that cannot be read: the sentence says which one. */
  | 'BAD_RECORD';

/**
 * Every error that tidemark itself raises. Errors thrown by your own callbacks pass through unchanged.
 *
 * @example
 * ```ts
 * import { TidemarkError, tumbling } from 'tidemark';
 *
 * try {
 *   tumbling(0);
 * } catch (error) {
 *   if (error instanceof TidemarkError && error.code === 'BAD_OPTION') console.log(error.message);
 * }
 * ```
 */
export class TidemarkError extends Error {
  /** Always `TidemarkError`. */
  override readonly name = 'TidemarkError';
  /** What went wrong, as a stable word. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The error for an argument that is not what it must be: `where must be what, but came as ...`. */
export function mustBe(where: string, what: string, came: unknown, cure = '', code: ErrorCode = 'BAD_OPTION'): TidemarkError {
  return new TidemarkError(code, `${where} must be ${what}, but came as ${show(came)}.${cure && ` ${cure}`}`);
}

/** A refused key says which; this adds in which operator, and of which element. Other errors stay as they are. */
export function located(error: unknown, where: string, element: unknown): unknown {
  if (!(error instanceof TidemarkError) || error.code !== 'BAD_KEY') return error;
  return new TidemarkError('BAD_KEY', `${where}: ${error.message} Element: ${show(element)}.`);
}

/** The error for a snapshot of an operator that is specified otherwise. */
export function otherSpec(kind: string, was: string, is: string): TidemarkError {
  return new TidemarkError('BAD_SNAPSHOT', `${kind}: the snapshot is of "${was}", not of "${is}". Use the same options, or start anew.`);
}

/** The error for a value that came without event time. */
export function eventTimeLost(kind: string, value: unknown): TidemarkError {
  return new TidemarkError(
    'EVENT_TIME_LOST',
    `${kind}: a value came without event time: an RxJS operator before it emits by itself (delay, mergeMap, ...). Move that before eventTime(), or behind the last of ours; for requests use mapAsync(). Value: ${show(value)}.`,
  );
}

/** The error where `what` is withdrawn: windows upstream may retract, or a value is in fact. */
export function cannotRemove(kind: string, what: string): TidemarkError {
  return new TidemarkError('RETRACTION_UNSUPPORTED', `${kind}: ${what}, but the aggregate has no remove. Use one that has, such as count.`);
}

/** The error for a first element without a key. */
export function keyMissing(): TidemarkError {
  return mustBe('key', 'defined', undefined, 'Has the element that field? Where there is no key, return null.', 'BAD_KEY');
}

/** Refuses options that are no object, and those that do not exist: a misspelt one would silently do nothing. */
export function checkOptions(options: unknown, known: readonly string[], where: string): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw mustBe(`${where}: options`, `an object with ${known.join(', ')}`, options);
  for (const name of Object.keys(options)) {
    if (!known.includes(name))
      throw new TidemarkError('BAD_OPTION', `${where}: there is no option ${show(name)}. There are: ${known.join(', ')}.`);
  }
}

/** Returns the value of an option as it is used, or refuses it in the name of `where`. */
export type Reader<R = unknown> = (value: any, where: string) => R;

/** Reads options by a table of all that there are: each that is given goes through its reader. */
export function readOptions<F extends Readonly<Record<string, Reader>>>(
  options: unknown,
  readers: F,
  where: string,
): { readonly [P in keyof F]?: ReturnType<F[P]> } {
  checkOptions(options, Object.keys(readers), where);
  const read: { [P in keyof F]?: any } = {};
  for (const name in readers) {
    const value = (options as { [P in keyof F]?: unknown })[name];
    if (value !== undefined) read[name] = readers[name]?.(value, `${where}: ${name}`);
  }
  return read;
}

/** Reads what may be anything. */
export const anything: Reader = value => value;

/** Reads one of some words. */
export function oneOf<W extends string>(...words: readonly W[]): Reader<W> {
  return (value, where) => {
    if (words.includes(value)) return value;
    throw mustBe(where, `one of ${words.join(', ')}`, value);
  };
}

/** Refuses what is neither true nor false. */
export function checkFlag(value: unknown, where: string): boolean {
  if (typeof value === 'boolean') return value;
  throw mustBe(where, 'true or false', value);
}

/** Refuses what is not a function. */
export function checkFunction(value: unknown, where: string): void {
  if (typeof value !== 'function') throw mustBe(where, 'a function', value);
}

/** Refuses what is no observer: a mere function would never be called. */
export function checkObserver(value: unknown, where: string): void {
  if (typeof (value as { next?: unknown } | null)?.next !== 'function')
    throw mustBe(where, 'an observer, such as { next: record => ... }', value);
}

/** How a bad argument is shown in a sentence: short, on one line, never throwing. */
export function show(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return value.name ? `function ${value.name}` : 'a function';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : `Date ${value.toISOString()}`;
  if (value === null || (typeof value !== 'object' && typeof value !== 'string')) return String(value);
  let maker: string | undefined;
  let text: string | undefined;
  try {
    if (typeof (value as { subscribe?: unknown }).subscribe === 'function') return 'an Observable';
    maker = value.constructor?.name;
    text = JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : inner));
  } catch {
    // A cycle: its kind is shown.
  }
  text ??= Object.prototype.toString.call(value);
  // A class instance is told from a plain object.
  if (maker && !/^(Object|Array|String)$/.test(maker)) text = `${maker} ${text}`;
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/** What the laws of a storage are written with. */
import type { CheckpointStorage } from '../checkpoint/storage.js';
import { type ErrorCode, show, TidemarkError } from '../errors.js';
import { Breach } from './laws.js';

/** What a law works with. */
export interface Bench {
  /** The name of a job that nothing else has: laws that need several append to it. */
  readonly job: string;
  /** A storage on the medium, not open. */
  closed(): Promise<CheckpointStorage>;
  /** A storage on the medium, open; it is closed after the law. */
  storage(): Promise<CheckpointStorage>;
}

export function bytes(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

export async function list(storage: CheckpointStorage, job: string, prefix: string): Promise<string[]> {
  const entries: string[] = [];
  for await (const { id, bytes: length } of storage.listChunks(job, prefix)) entries.push(`${id}: ${length}`);
  return entries.sort();
}

export async function refused(code: ErrorCode, call: () => Promise<unknown>): Promise<void> {
  const came = await call().then(
    value => `no error, but ${show(value)}`,
    (error: unknown) => (error instanceof TidemarkError ? error.code : String(error)),
  );
  if (came !== code) throw new Breach(`${call.toString().replace(/^.*=>\s*/s, '')} to be refused with ${code}`, came);
}

export function same(what: string, expected: unknown, came: unknown): void {
  if (expected instanceof Uint8Array && came instanceof Uint8Array && equal(expected, came)) return;
  const [wanted, got] = [print(expected), print(came)];
  if (wanted !== got) throw new Breach(`${what}: ${shorten(wanted)}`, shorten(got));
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function print(value: unknown): string {
  return value instanceof Uint8Array ? `${value.length} bytes [${value.subarray(0, 100).join()}]` : (JSON.stringify(value) ?? 'undefined');
}

function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}

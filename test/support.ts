/** What tests of all folders share. */
import { TidemarkError } from '../src/errors.js';

/** The error that `act` throws, as `CODE: sentence`. */
export function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return told(error);
  }
  throw new Error('nothing was thrown');
}

/** An error of ours as `CODE: sentence`; others as they print. */
export function told(error: unknown): string {
  return error instanceof TidemarkError ? `${error.code}: ${error.message}` : String(error);
}

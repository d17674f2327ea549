import { TidemarkError } from '../../src/errors.js';

/** What a rejected promise says, as `CODE: sentence`. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof TidemarkError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('it did not fail');
}

/** State is copied at a barrier, or when it is read: what cannot be copied is said by the operator whose it is. */
import { TidemarkError } from '../errors.js';

/** What `copy` gives; `where` is said when state is no plain data. */
export function copied<R>(where: string, copy: () => R): R {
  try {
    return copy();
  } catch (error) {
    const { name, message } = error as Error;
    if (name !== 'DataCloneError') throw error;
    throw new TidemarkError(
      'UNSTORABLE',
      `${where}: its state cannot be kept in a checkpoint: ${message.replace(/\.?$/, '.')} State must be plain data: what structuredClone takes.`,
      { cause: error },
    );
  }
}

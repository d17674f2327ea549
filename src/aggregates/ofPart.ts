/** Errors inside allOf name the part that they come from. */
import { TidemarkError } from '../errors.js';

/** The error of the part `name` of an allOf. What users' own functions throw passes through unchanged. */
export function ofPart(name: string, error: unknown): unknown {
  return error instanceof TidemarkError ? new TidemarkError(error.code, `allOf.${name}: ${error.message}`, { cause: error }) : error;
}

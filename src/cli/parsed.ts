/** A command line as `parseArgs` of Node reads it, with what is wrong as a UsageError. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './failure.js';

type Parsed<O extends ParseArgsConfig['options']> = ReturnType<
  typeof parseArgs<{ args: string[]; allowPositionals: true; options: NonNullable<O> }>
>;

/** Options and words. `options`: all that there are. */
export function parsed<const O extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: O): Parsed<O> {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    // Its first sentence says what is wrong; the others are about other programs.
    throw new UsageError(`${(error as Error).message.split('. ')[0]!.replace(/\.$/, '')}.`);
  }
}

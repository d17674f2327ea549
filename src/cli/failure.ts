/** What a user is told in a sentence; anything else that is thrown is a fault of ours, and shows its stack. */

/** The command line is wrong: exit code 2. */
export class UsageError extends Error {}

/** The input cannot be read or measured: exit code 1. */
export class InputError extends Error {}

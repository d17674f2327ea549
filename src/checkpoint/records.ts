/**
 * The records of a cut. Each begins with a number that says what it is; they are a format. Order: sources, sinks, then each operator
 * followed by its parts in their order, then the end.
 */

/** Name, position. */
export const SOURCE = 1;
/** Name, what `rotate` gave. */
export const SINK = 2;
/** Id, rest. */
export const OPERATOR = 3;
/** Id, data: of the operator before. */
export const PART = 4;
/** Id of the first, how many: parts with ascending ids that are as they were in the cut before. */
export const KEPT = 5;
/** How many records came before it. */
export const END = 6;

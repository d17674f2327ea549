/**
 * Streams that come from one shared source may meet again downstream, as the branches of a split do in a union. The source must not
 * begin with the first of them: one that says everything at once would be over before the others listen. So whoever connects several
 * streams shuts the gates above them until all are connected.
 */

/** Holds back a shared source. */
export interface Gate {
  /** The source does not begin before as many calls of `open`. */
  shut(): void;
  open(): void;
}

/** What stands above a stream, as far as gates are concerned. */
export interface Gated {
  readonly inputs: readonly Gated[];
  readonly gate: Gate | undefined;
}

/** Connects streams of one run, each by `connect`; the sources that they share begin when all are connected. */
export function together<S extends Gated>(streams: readonly S[], connect: (stream: S, i: number) => void): void {
  const seen = new Set<Gated>();
  const gates = new Set<Gate>();
  const look = (stream: Gated): void => {
    if (seen.has(stream)) return;
    seen.add(stream);
    stream.inputs.forEach(look);
    if (stream.gate) gates.add(stream.gate);
  };
  streams.forEach(look);
  // A gate that stands above another was found before it, and is opened after it.
  const shut = [...gates].reverse();
  for (const gate of shut) gate.shut();
  try {
    streams.forEach(connect);
  } finally {
    for (const gate of shut) gate.open();
  }
}

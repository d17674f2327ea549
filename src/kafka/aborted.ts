/**
 * Which records of a fetched partition must not be seen: those of aborted transactions. kafkajs has a filter of its own, which lets some
 * through where several transactions are open at once, and takes a record whose key is four zero bytes for a marker. This one follows
 * Kafka's client for Java: aborted transactions in the order of their first offsets, all that have begun, until the abort marker of each.
 */

/** A record, as kafkajs decodes it. */
export interface FetchedMessage {
  readonly offset: string;
  readonly key: Uint8Array | null;
  /** A control record is given to nobody. */
  isControlRecord: boolean;
  readonly batchContext: {
    readonly producerId: string;
    readonly inTransaction: boolean;
    /** Of its batch, which may have lost its last records to compaction. */
    readonly firstOffset?: string;
    readonly lastOffsetDelta?: number;
  };
}

/** A partition in the answer to a fetch. */
export interface FetchedPartition {
  readonly partition: number;
  readonly lastStableOffset?: string;
  readonly highWatermark: string;
  messages: FetchedMessage[];
  abortedTransactions?: readonly { readonly producerId: string; readonly firstOffset: string }[] | null;
}

/** Marks what must not be seen, so that kafkajs drops it, and leaves nothing to its own filter. */
export function markAborted(fetched: FetchedPartition): void {
  const aborted = [...(fetched.abortedTransactions ?? [])].sort((a, b) => (BigInt(a.firstOffset) < BigInt(b.firstOffset) ? -1 : 1));
  fetched.abortedTransactions = [];
  if (aborted.length === 0) return;
  const open = new Set<string>();
  let begun = 0;
  for (const message of fetched.messages) {
    const offset = BigInt(message.offset);
    for (; begun < aborted.length; begun++) {
      const { producerId, firstOffset } = aborted[begun] as { producerId: string; firstOffset: string };
      if (BigInt(firstOffset) > offset) break;
      open.add(producerId);
    }
    const { producerId, inTransaction } = message.batchContext;
    if (message.isControlRecord) {
      if (isAbort(message.key)) open.delete(producerId);
    } else if (inTransaction && open.has(producerId)) message.isControlRecord = true;
  }
}

/** The key of a marker: a version, and a type, both of 16 bits; 0 is abort. */
function isAbort(key: Uint8Array | null): boolean {
  return key !== null && key.length >= 4 && key[2] === 0 && key[3] === 0;
}

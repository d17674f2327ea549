import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FetchedMessage, type FetchedPartition, markAborted } from '../../src/kafka/aborted.js';

type Step = readonly [producer: number, what: 'record' | 'commit' | 'abort'];

const ABORT = Uint8Array.of(0, 0, 0, 0);
const COMMIT = Uint8Array.of(0, 0, 0, 1);

/** A log, as a broker keeps it, fetched from an offset on; what a reader must see of it. Producer 0 writes without transactions. */
function fetched(steps: readonly Step[], from: number): { partition: FetchedPartition; seen: string[] } {
  const open = new Map<number, number[]>();
  const visible = new Set<number>();
  const aborted: { producerId: string; firstOffset: string; last: number }[] = [];
  const messages = steps.map(([producer, what], at): FetchedMessage => {
    const marker = what !== 'record' && producer > 0;
    if (producer === 0) visible.add(at);
    else if (!marker) open.set(producer, [...(open.get(producer) ?? []), at]);
    else {
      const records = open.get(producer) ?? [];
      open.delete(producer);
      if (what === 'commit') for (const record of records) visible.add(record);
      // In the order in which they end, as brokers list them.
      else if (records.length > 0) aborted.push({ producerId: String(producer), firstOffset: String(records[0]), last: at });
    }
    return {
      offset: String(at),
      // The key of a record may look like a marker's.
      key: marker ? (what === 'abort' ? ABORT : COMMIT) : ABORT,
      isControlRecord: marker,
      batchContext: { producerId: String(producer), inTransaction: producer > 0 },
    };
  });
  const stable = Math.min(messages.length, ...[...open.values()].map(records => records[0] as number));
  const partition = {
    partition: 0,
    highWatermark: String(messages.length),
    messages: messages.slice(from, stable),
    abortedTransactions: aborted.filter(({ last }) => last >= from),
  };
  return { partition, seen: [...visible].filter(at => at >= from && at < stable).map(String) };
}

const steps = fc.array(
  fc.tuple(fc.nat({ max: 3 }), fc.constantFrom('record' as const, 'record' as const, 'commit' as const, 'abort' as const)),
  {
    maxLength: 40,
  },
);

describe('markAborted', () => {
  it('leaves exactly the records of committed transactions, wherever the fetch begins', () => {
    fc.assert(
      fc.property(steps, fc.nat({ max: 40 }), (log, from) => {
        const { partition, seen } = fetched(log, Math.min(from, log.length));
        markAborted(partition);
        expect(partition.messages.filter(({ isControlRecord }) => !isControlRecord).map(({ offset }) => offset)).toEqual(
          seen.sort((a, b) => +a - +b),
        );
        expect(partition.abortedTransactions).toEqual([]);
      }),
    );
  });

  it('needs no list', () => {
    const partition: FetchedPartition = { partition: 0, highWatermark: '0', messages: [], abortedTransactions: null };
    markAborted(partition);
    expect(partition.abortedTransactions).toEqual([]);
  });
});

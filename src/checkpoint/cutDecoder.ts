/** The bytes of a full cut and of the changes behind it, put together again: what cutEncoder.ts made of barriers. */
import { TidemarkError } from '../errors.js';
import { Decoder } from './decode.js';
import type { Env } from './env.js';
import type { RestoredJob, StatePart } from './participants.js';
import { END, KEPT, OPERATOR, PART, SINK, SOURCE } from './records.js';

interface OperatorState {
  readonly rest: unknown;
  readonly parts: StatePart[];
}

export class CutDecoder {
  readonly #where: string;
  readonly #park: Env['park'];
  #decoder: Decoder;
  #sources = new Map<string, unknown>();
  #sinks = new Map<string, unknown>();
  #operators = new Map<string, OperatorState>();
  /** Those of the cut before, for parts that have not changed since. */
  #before = new Map<string, OperatorState>();
  #known: ReadonlyMap<number, StatePart> | undefined;
  #id = '';
  #records = 0;
  #ended = true;
  /** The beginning of a record whose end is in the next chunk. */
  #rest: Uint8Array[] = [];
  #restBytes = 0;

  /** `park`: where parts wait until they are wanted; without it, in memory. */
  constructor(where: string, park?: Env['park']) {
    this.#where = where;
    this.#park = park;
    this.#decoder = new Decoder(where);
  }

  /** The next cut of a chain begins. */
  begin(): void {
    this.#before = this.#operators;
    this.#sources = new Map();
    this.#sinks = new Map();
    this.#operators = new Map();
    this.#decoder = new Decoder(this.#where);
    this.#records = 0;
    this.#ended = false;
  }

  /** Takes the next bytes of a cut. */
  push(payload: Uint8Array): void {
    let bytes = payload;
    while (bytes.length > 0) {
      const head = this.#restBytes < 4 ? 4 : 4 + this.#length();
      const missing = head - this.#restBytes;
      const taken = bytes.subarray(0, missing);
      this.#rest.push(taken);
      this.#restBytes += taken.length;
      bytes = bytes.subarray(taken.length);
      if (this.#restBytes >= 4 && this.#restBytes === 4 + this.#length()) this.#complete();
    }
  }

  /** The cut is complete, or broken. */
  end(): void {
    if (!this.#ended || this.#restBytes > 0) throw this.#bad('it ends too early');
    this.#before = new Map();
    this.#known = undefined;
  }

  /** What it all comes to, of the checkpoint in slot `seq`. */
  result(seq: number): { readonly job: RestoredJob; readonly sinks: ReadonlyMap<string, unknown> } {
    return { job: { seq, sources: this.#sources, operators: this.#operators }, sinks: this.#sinks };
  }

  /** The length of the record that has begun. */
  #length(): number {
    if ((this.#rest[0] as Uint8Array).length < 4) this.#rest = [this.#joined()];
    const { buffer, byteOffset } = this.#rest[0] as Uint8Array;
    return new DataView(buffer, byteOffset, 4).getUint32(0, true);
  }

  #joined(): Uint8Array {
    if (this.#rest.length === 1) return this.#rest[0] as Uint8Array;
    const joined = new Uint8Array(this.#restBytes);
    let at = 0;
    for (const piece of this.#rest) {
      joined.set(piece, at);
      at += piece.length;
    }
    return joined;
  }

  #complete(): void {
    const record = this.#joined();
    this.#rest = [];
    this.#restBytes = 0;
    if (this.#ended) throw this.#bad('it goes on behind its end');
    this.#record(this.#decoder.read(record.subarray(4)));
    this.#records++;
  }

  #record([kind, first, second]: unknown[]): void {
    switch (kind) {
      case SOURCE:
        this.#sources.set(first as string, second);
        return;
      case SINK:
        this.#sinks.set(first as string, second);
        return;
      case OPERATOR:
        this.#id = first as string;
        this.#known = undefined;
        this.#operators.set(this.#id, { rest: second, parts: [] });
        return;
      case PART:
        this.#parts().push(this.#part(first as number, second));
        return;
      case KEPT:
        this.#keep(first as number, second as number);
        return;
      case END:
        if (first !== this.#records) throw this.#bad(`it has ${this.#records} records instead of ${first}`);
        this.#ended = true;
        return;
      default:
        throw this.#bad(`a record of the unknown kind ${kind}`);
    }
  }

  #part(id: number, data: unknown): StatePart {
    const parked = this.#park?.(data);
    if (!parked) return { id, data };
    return {
      id,
      get data() {
        return parked();
      },
    };
  }

  #parts(): StatePart[] {
    const operator = this.#operators.get(this.#id);
    if (!operator) throw this.#bad('a part comes before its operator');
    return operator.parts;
  }

  #keep(from: number, count: number): void {
    this.#known ??= new Map(this.#before.get(this.#id)?.parts.map(part => [part.id, part]));
    const parts = this.#parts();
    for (let id = from; id < from + count; id++) {
      const part = this.#known.get(id);
      if (!part) throw this.#bad(`${this.#id}: part ${id} is nowhere`);
      parts.push(part);
    }
  }

  #bad(what: string): TidemarkError {
    return new TidemarkError('BAD_CHECKPOINT', `${this.#where}: ${what}.`);
  }
}

/**
 * Plain data to bytes and back, one record at a time and in any order, within one run: as in checkpoints, but names of fields that came before
 * are known to both sides, so that bytes are few. Bytes mean nothing to another packer.
 */
import { Decoder } from './decode.js';
import { Encoder } from './encode.js';

export class Packer {
  readonly #where: string;
  readonly #encoder = new Encoder();
  readonly #decoder: Decoder;

  /** `where` is said in errors. */
  constructor(where: string) {
    this.#where = where;
    this.#decoder = new Decoder(where);
  }

  pack(data: unknown): Uint8Array {
    const known = this.#encoder.shapes.length;
    try {
      const bytes = this.#encode(data);
      // What has new names says what they are; what is kept refers to them only, so that it can be read at any time and often.
      return this.#encoder.shapes.length === known ? bytes : this.#encode(data);
    } finally {
      for (const names of this.#encoder.shapes.slice(known)) this.#decoder.learn(names);
    }
  }

  unpack(bytes: Uint8Array): unknown {
    return this.#decoder.read(bytes)[0];
  }

  #encode(data: unknown): Uint8Array {
    const encoder = this.#encoder;
    // What an error has left.
    if (encoder.length > 0) encoder.take(encoder.length);
    encoder.begin(this.#where, [data]);
    while (!encoder.run(Number.MAX_SAFE_INTEGER));
    // The length before the record is of no use here.
    return encoder.take(encoder.length).subarray(4);
  }
}

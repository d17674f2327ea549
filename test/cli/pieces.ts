/** Feeds text to a reader in pieces. */
import type { Line, LineReader } from '../../src/cli/lines.js';

export function inPieces<V>(reader: LineReader<V>, text: string, cuts: readonly number[]): Line<V>[] {
  const ends = [...new Set(cuts.map(cut => Math.min(cut, text.length)))].sort((a, b) => a - b);
  const pieces = [...ends, text.length].map((end, index) => text.slice(ends[index - 1] ?? 0, end));
  const lines = pieces.flatMap(piece => [...reader.push(piece)]);
  return [...lines, ...reader.end()];
}

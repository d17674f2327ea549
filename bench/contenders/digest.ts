/**
 * Takes in results and sums up a hash of each (window, key, value). Addition commutes: contenders need not agree on the
 * order of results. Cheap, since it is part of every timed run.
 */
import type { Run } from '../harness.js';

export class Digest implements Run {
  results = 0;
  checksum = 0;

  add(start: number, key: unknown, value: number): void {
    // A start is a multiple of whole seconds and fits 32 bits then; as milliseconds its high bits would be cut off.
    let hash = Math.imul((start / 1_000) | 0, 0x9e3779b1) ^ hashOf(key);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) ^ Math.imul(value | 0, 0xc2b2ae35);
    hash = Math.imul(hash ^ (hash >>> 13), 0x27d4eb2f);
    this.checksum = (this.checksum + (hash ^ (hash >>> 16))) | 0;
    this.results++;
  }
}

function hashOf(key: unknown): number {
  if (typeof key === 'number') return Math.imul(key + 1, 0x165667b1);
  const text = key as string;
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

/**
 * Tables of working state in memory, ordered by key. Needs the package `sorted-btree`.
 *
 * @module tidemark/btree
 */

export type { StateBackend, StateChange, StateTable } from './state/stateBackend.js';
export { orderedMemory } from './storages/orderedMemory.js';

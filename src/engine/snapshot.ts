/** Incremental snapshots: a snapshot of changes is completed by the whole one before it. */
import type { MachineSnapshot } from './machine.js';

/** The whole snapshot that `changes`, taken after `base`, stands for. */
export function complete(base: MachineSnapshot, changes: MachineSnapshot): MachineSnapshot {
  const known = new Map(base.parts.map(part => [part.id, part]));
  return { ...changes, parts: changes.parts.map(part => ('data' in part ? part : (known.get(part.id) ?? part))) };
}

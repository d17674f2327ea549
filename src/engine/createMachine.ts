/** Chooses the machine for a specification, once, when a pipeline starts: never per element. */
import { TidemarkError } from '../errors.js';
import { GeneralMachine, type GeneralSnapshot } from './generalMachine.js';
import type { DropCounts, MachineOutput, WindowingSpec, WindowMachine } from './machine.js';

/** A snapshot of a machine, with what it was made by. */
export interface MachineSnapshot {
  readonly spec: string;
  readonly state: unknown;
}

/** The specification as a text: a snapshot is restored into the same one only. */
export function describe(spec: WindowingSpec<any, any, any>): string {
  const { assigner, trigger, accumulation, allowedLateness, onTime, closing, timestampCombiner } = spec;
  return `${assigner.name}, ${trigger.name}, ${accumulation}, lateness ${allowedLateness}, on time ${onTime}, closing ${closing}, ${timestampCombiner}`;
}

/** A machine, anew or from a snapshot. */
export function createMachine<T, K, R>(
  spec: WindowingSpec<T, K, R>,
  output: MachineOutput<T, K, R>,
  drops: DropCounts,
  snapshot?: MachineSnapshot,
): WindowMachine<T> {
  if (snapshot && snapshot.spec !== describe(spec)) {
    throw new TidemarkError(
      'BAD_SNAPSHOT',
      `windowBy: the snapshot was made by "${snapshot.spec}", but this operator is "${describe(spec)}". Restore it with the same options, or start anew.`,
    );
  }
  return new GeneralMachine(spec, output, drops, snapshot?.state as GeneralSnapshot<K, R> | undefined);
}

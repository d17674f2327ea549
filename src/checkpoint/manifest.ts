/** What a slot says of a checkpoint, so that it can be judged without reading it. */
import type { Watermark } from '../time/timestamp.js';
import type { Form } from './form.js';
import { operatorId } from './operatorId.js';
import type { Barrier } from './participants.js';

export interface Manifest {
  /** Ids of those that have state. */
  readonly operators: readonly string[];
  readonly sources: readonly string[];
  /** The lowest of the pipelines. */
  readonly watermark: Watermark;
  /** What the state of an operator depends on, by its id. */
  readonly forms?: Readonly<Record<string, Form>>;
  /** By the name of the source. */
  readonly watermarks?: Readonly<Record<string, Watermark>>;
}

export function manifestOf({ operators, sources, watermark }: Barrier): Manifest {
  return {
    operators: operators.map(({ kind, name }) => operatorId(kind, name)),
    sources: sources.map(({ name }) => name),
    watermark,
    forms: Object.fromEntries(operators.flatMap(({ kind, name, form }) => (form ? [[operatorId(kind, name), form]] : []))),
    watermarks: Object.fromEntries(sources.flatMap(({ name, watermark }) => (watermark === undefined ? [] : [[name, watermark]]))),
  };
}

/** The pipelines that a module of the user's exports. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EventStream } from '../stream/eventStream.js';
import { InputError } from './failure.js';

/** `exported`: the name of the export; undefined: `default`, or the only one that is a pipeline. */
export async function pipelinesOf(path: string, exported: string | undefined): Promise<readonly EventStream<any>[]> {
  const file = resolve(path);
  if (!existsSync(file)) throw new InputError(`${path} is not there: the module that exports the pipeline.`);
  const module = await load(path, pathToFileURL(file).href);
  if (exported !== undefined) {
    if (!(exported in module)) throw new InputError(`${path} has no export '${exported}'; there is ${listed(Object.keys(module))}.`);
    return found(path, exported, await called(path, module[exported]));
  }
  if (module.default !== undefined) return found(path, 'default', await called(path, module.default));
  const names = Object.keys(module).filter(name => streamsIn(module[name]) !== undefined);
  if (names.length === 1) return found(path, names[0] as string, module[names[0] as string]);
  const which = names.length > 1 ? names : Object.keys(module);
  throw new InputError(`${path} does not say which export is the pipeline: name it by --export, one of ${listed(which)}.`);
}

async function load(path: string, url: string): Promise<Record<string, unknown>> {
  try {
    return (await import(url)) as Record<string, unknown>;
  } catch (error) {
    throw new InputError(`${path} cannot be loaded: ${(error as Error)?.message ?? String(error)}`);
  }
}

/** A function gives them; it may take its time. */
async function called(path: string, value: unknown): Promise<unknown> {
  if (typeof value !== 'function') return value;
  try {
    return await (value as () => unknown)();
  } catch (error) {
    throw new InputError(`${path}: the function that gives the pipeline failed: ${(error as Error)?.message ?? String(error)}`);
  }
}

function found(path: string, name: string, value: unknown): readonly EventStream<any>[] {
  const streams = streamsIn(value);
  if (streams) return streams;
  throw new InputError(
    `${path}: its export '${name}' must be a pipeline, an array of them, or a function that gives one, made by the tidemark that this command is part of.`,
  );
}

function streamsIn(value: unknown): readonly EventStream<any>[] | undefined {
  const all = Array.isArray(value) ? (value as unknown[]) : [value];
  return all.length > 0 && all.every(one => one instanceof EventStream) ? (all as EventStream<any>[]) : undefined;
}

function listed(names: readonly string[]): string {
  return names.length > 0 ? names.join(', ') : 'none';
}

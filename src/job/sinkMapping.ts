/** What becomes of the sinks of a program that is tried out: no row of it may come where those of the real job go. */
import { mustBe, show, TidemarkError } from '../errors.js';
import type { EventOperator } from '../stream/eventStream.js';
import { Capture, discardSink } from './captured.js';
import { type SinkDefinition, SinkStream } from './defineSink.js';

/** What stands in place of a sink: its rows are kept and shown, forgotten, or go into another sink, such as `toFile('trial', { name: 'out' })`. */
export type SinkChoice = 'capture' | 'discard' | EventOperator<any, any>;

/** What becomes of all sinks, or of each by its name. */
export type SinkMapping = 'capture' | 'discard' | { readonly [sink: string]: SinkChoice };

/** The sinks of a program, and what stands in their place. */
export interface MappedSinks {
  sinkOf(sink: SinkStream<unknown>): SinkDefinition<unknown>;
  /** By name. */
  readonly captured: ReadonlyMap<string, Capture>;
}

const CHOICES = "'capture', 'discard', or another sink";

/** Checks that all sinks are thought of, and nothing else. */
export function mapSinks(sinks: readonly SinkStream<unknown>[], mapping: SinkMapping, where: string): MappedSinks {
  const names = sinks.map(sink => sink.definition.name);
  const choices = choicesOf(names, mapping, where);
  const captured = new Map<string, Capture>();
  const definitions = new Map<string, SinkDefinition<unknown>>();
  for (const sink of sinks) {
    const { name } = sink.definition;
    const choice = choices[name];
    if (choice === undefined)
      throw new TidemarkError(
        'BAD_OPTION',
        `${where}: sinks says nothing of the sink ${show(name)}. Write ${CHOICES}: rows of a trial must not come where those of the real job go.`,
      );
    if (choice === 'capture') captured.set(name, captured.get(name) ?? new Capture());
    const definition = choice === 'discard' ? discardSink(name) : (captured.get(name)?.define(name) ?? placed(choice, sink));
    if (!definition) throw mustBe(`${where}: sinks.${name}`, CHOICES, choice);
    definitions.set(name, definition);
  }
  return { captured, sinkOf: ({ definition: { name } }) => definitions.get(name) as SinkDefinition<unknown> };
}

/** The definition of a sink that is put behind what another one stands on; undefined: it is no sink, or more than that. */
function placed(operator: unknown, { inputs: [input] }: SinkStream<unknown>): SinkDefinition<unknown> | undefined {
  const stream: unknown = typeof operator === 'function' ? operator(input) : undefined;
  return stream instanceof SinkStream && stream.inputs[0] === input ? stream.definition : undefined;
}

function choicesOf(names: readonly string[], mapping: SinkMapping, where: string): Readonly<Record<string, SinkChoice | undefined>> {
  if (mapping === 'capture' || mapping === 'discard') return Object.fromEntries(names.map(name => [name, mapping]));
  if (typeof mapping !== 'object' || mapping === null || Array.isArray(mapping))
    throw mustBe(`${where}: sinks`, `'capture', 'discard', or { sink: ${CHOICES} }`, mapping);
  const foreign = Object.keys(mapping).filter(name => !names.includes(name));
  if (foreign.length === 0) return mapping;
  const there = names.length > 0 ? `There are: ${names.join(', ')}.` : 'There are none.';
  throw new TidemarkError('BAD_OPTION', `${where}: sinks names sinks that the pipeline does not have: ${foreign.join(', ')}. ${there}`);
}

/** What comes of a program when nothing goes wrong: without a job, a log, a checkpoint or a sink. */
import type { Unsubscribable } from 'rxjs';
import type { Pane } from '../../src/engine/pane.js';
import { together } from '../../src/stream/gate.js';
import type { EventSink } from '../../src/stream/sink.js';
import { plainContext } from '../../src/stream/systemClock.js';
import { allOf, makeInput, partOf } from './input.js';
import { PROGRAMS, type Program, type ProgramName, timed } from './programs.js';

/** What one output has said. */
export interface Said {
  /** Each value, and whether it is withdrawn. */
  readonly rows: readonly string[];
  /** What an upserting sink holds in the end. */
  readonly held: readonly string[];
}

/** A value as it is compared. */
export function rowOf(program: Program, value: unknown, diff: 1 | -1): string {
  return `${diff === 1 ? '+' : '-'} ${JSON.stringify(program.same ? program.same(value) : value)}`;
}

const known = new Map<string, Promise<readonly Said[]>>();

/** Of each output of the program, for the input of a number. */
export function undisturbed(input: number, name: ProgramName): Promise<readonly Said[]> {
  const id = `${input}/${name}`;
  let said = known.get(id);
  if (!said) known.set(id, (said = runPlainly(input, PROGRAMS[name])));
  return said;
}

async function runPlainly(input: number, program: Program): Promise<readonly Said[]> {
  const world = { source: (partition?: 0 | 1) => allOf(partOf(makeInput(input), partition)), call: async <T>(answer: T) => answer };
  const outputs = program.build(timed(world), world);
  const said = outputs.map(() => ({ rows: [] as string[], panes: new Map<string, Pane<unknown, unknown>>() }));
  await new Promise<void>((resolve, reject) => {
    let open = outputs.length;
    together(
      outputs.map(({ stream }) => stream),
      (stream, at): Unsubscribable => {
        const { rows, panes } = said[at] as (typeof said)[number];
        const sink: EventSink<unknown> = {
          closed: false,
          next(value, _time, diff) {
            rows.push(rowOf(program, value, diff));
            if (outputs[at]?.panes) keep(panes, value as Pane<unknown, unknown>, diff);
          },
          watermark() {},
          idle() {},
          error: reject,
          complete: () => void (--open === 0 && resolve()),
        };
        return stream.connect(sink, plainContext);
      },
    );
  });
  return said.map(({ rows, panes }) => ({ rows, held: [...panes.values()].map(pane => rowOf(program, pane, 1)) }));
}

/** Panes come in order, so that each takes the place of what is there. */
function keep(panes: Map<string, Pane<unknown, unknown>>, pane: Pane<unknown, unknown>, diff: 1 | -1): void {
  const nameOf = (window: Pane<unknown, unknown>['window']) => `${pane.key}@${window.start}-${window.end}`;
  for (const window of pane.replaces) panes.delete(nameOf(window));
  if (diff === 1) panes.set(nameOf(pane.window), pane);
  else panes.delete(nameOf(pane.window));
}

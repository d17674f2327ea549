/** The command line of the stdin example. */
import { parseArgs } from 'node:util';

export const HELP = `Windows JSON lines from standard input by event time, and prints a pane for every window and correction.

  npm run --silent example:stdin < examples/stdin/sensors.jsonl
  tail -f readings.jsonl | npm run --silent example:stdin -- --key room --window 5m

A line is an object such as {"sensor":"a","at":1710000000000,"value":1.5}.

  --time <field>     when it happened: milliseconds since 1970, or a text such as 2024-03-09T16:00:00Z (default at)
  --key <field>      what the windows are kept apart by (default sensor)
  --value <field>    the number that is summed up (default value)
  --window <time>    length of a window (default 1m)
  --bound <time>     how far the watermark stays behind the latest line (default 5s)
  --late <time>      how long after the watermark a window can still be corrected (default 30s)
  --source <field>   give each value of this field its own watermark; the slowest holds the others back
  --idle <time>      ... until it has been silent for this long (default 30s)
  --clock <field>    read "now" from this field, not from the wall: for silences in a recording
  --format <name>    table or json (default: table on a terminal, else json)
  --strict           stop at the first bad line, instead of skipping and counting it
  --help             this text
`;

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** What the command line says; times in milliseconds. */
export interface Options {
  readonly time: string;
  readonly key: string;
  readonly value: string;
  readonly window: number;
  readonly bound: number;
  readonly late: number;
  readonly source: string | undefined;
  readonly idle: number;
  readonly clock: string | undefined;
  readonly format: 'table' | 'json';
  readonly strict: boolean;
  readonly help: boolean;
}

/** Reads the command line; throws an error with a sentence for the user. */
export function readOptions(args: readonly string[], terminal: boolean): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      time: { type: 'string', default: 'at' },
      key: { type: 'string', default: 'sensor' },
      value: { type: 'string', default: 'value' },
      window: { type: 'string', default: '1m' },
      bound: { type: 'string', default: '5s' },
      late: { type: 'string', default: '30s' },
      source: { type: 'string' },
      idle: { type: 'string', default: '30s' },
      clock: { type: 'string' },
      format: { type: 'string', default: terminal ? 'table' : 'json' },
      strict: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { format } = values;
  if (format !== 'table' && format !== 'json') throw new Error(`--format is table or json, but came as '${format}'.`);
  return {
    ...values,
    source: values.source,
    clock: values.clock,
    format,
    window: time('window', values.window, 1),
    bound: time('bound', values.bound, 0),
    late: time('late', values.late, 0),
    idle: time('idle', values.idle, 1),
  };
}

function time(name: string, text: string, atLeast: number): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const read = Math.round(Number(number) * UNITS[unit as keyof typeof UNITS]);
  if (!(read >= atLeast)) throw new Error(`--${name} is a time such as 500ms, 30s, 5m, 1h or 1d, but came as '${text}'.`);
  return read;
}

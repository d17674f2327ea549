/** What `--help` says. */

export const MAIN_HELP = `Event-time windows over out-of-order data, on RxJS.

  tidemark disorder FILE --event FIELD    how far a file is out of order, and what bound it takes

  tidemark checkpoints list --storage file:./state
                                          what a job has stored, and what is in it: show, verify, diff, keys, get,
                                          export, import, pin, gc

  tidemark savepoint plan SAVEPOINT MODULE
                                          what would become of a savepoint, or of a job in a storage, in a program; and show

  tidemark disorder --help                the options; so for tidemark checkpoints --help
  tidemark --version
`;

export const SAVEPOINT_HELP = `Says what a savepoint holds, and what would become of it in a program, before that runs.

  tidemark savepoint plan before.tide ./dist/pipeline.js
  tidemark savepoint plan file:./state ./dist/pipeline.js --job delays       of the newest checkpoint of a job
  tidemark savepoint plan s3:my-bucket/state/ ./dist/pipeline.js --label before-tuning
  tidemark savepoint show before.tide                                        positions, sinks, operators with their versions

SAVEPOINT is a file, of writeSavepoint or of tidemark checkpoints export; or a storage: file:DIR, lmdb:PATH,
s3:BUCKET/PREFIX. MODULE exports the pipeline that run() would get, as default or by --export: a stream, an array of
streams, or a function that gives one. It is loaded, so it must not run() anything by itself. No source is read, no
sink is at work, nothing is taken over or written. What sinks hold is not asked: that only a start can tell.

  -e, --export <name>     which export of MODULE. Default: default, or the only pipeline
  -j, --job <name>        of a storage: the job, if it holds several
  -l, --label <label>     of a storage: the savepoint of this label
  --allow-dropped <id>    state of this operator may be left behind: windowBy/delays. May be given several times
  --json                  data instead of tables
  --help                  this text

Exit code of plan: 0 a job would start; 1 it would refuse, or something is wrong; 2 the command line is wrong.
`;

export const DISORDER_HELP = `Measures how far the elements of a file are out of order, and says what bound a watermark needs.

  tidemark disorder readings.csv --event time --source sensor
  tidemark disorder feed.jsonl --event properties.time --arrival properties.updated --svg disorder.svg
  cat readings.jsonl | tidemark disorder - --event at

FILE is CSV (RFC 4180, with a header; comma, semicolon or tab) or JSON lines, by its name or its first character;
- is standard input.
The order of the lines is the order of arrival, unless --arrival is given.

  --event <field>      when it happened; a.b.c leads into objects
  --arrival <field>    when it came: lines are put into this order (20 bytes of memory each), and this is the clock
  --source <field>     where it came from: measures a watermark for each source too
  --unit <unit>        ms, s, us, ns (since 1970) or iso (2024-03-09T16:00:00Z; UTC if no zone is given).
                       Default: numbers are ms, unless they look like others, texts iso
  --idle <time>        a source silent for so long does not hold the others back (30s, 5m, 1h, 1d). Default: never
  --max-future <time>  lines further ahead of --arrival are set aside. Default: 1h
  --format <format>    csv or jsonl, if the name does not tell
  --json               the report as JSON, not as text
  --svg <file>         also a picture of it
  --strict             stop at the first line that cannot be used, instead of skipping and counting it
  --help               this text

Exit code: 0 measured; 1 the file cannot be read, lacks the field, has no usable line (with --strict: has an unusable
one), or has times that look like another unit than --unit; 2 the command line is wrong.
`;

/** What `tidemark checkpoints --help` says, and the same for each subcommand. */
import type { Command } from './checkpointOptions.js';

const EXIT = 'Exit code: 0 done; 1 something is wrong, or not there; 2 the command line is wrong.\n';

export const CHECKPOINTS_HELP: string = `Looks into the checkpoints of a job, running or not, without taking it over.

  tidemark checkpoints list --storage file:./state         what there is
  tidemark checkpoints show --storage file:./state         the newest: positions, sinks, operators
  tidemark checkpoints verify --storage file:./state       whether every byte is as it was written
  tidemark checkpoints diff 41 57 --storage file:./state   which rows came, went and changed
  tidemark checkpoints keys windowBy/delays --storage file:./state
  tidemark checkpoints get windowBy/delays SFO --storage file:./state
  tidemark checkpoints export before.tide --storage file:./state
  tidemark checkpoints import before.tide --storage file:./other
  tidemark checkpoints pin 57 --storage file:./state       keeps one from being deleted
  tidemark checkpoints gc --storage file:./state           what could be deleted; --yes deletes it

  -s, --storage <where>  file:DIR, lmdb:PATH, s3:BUCKET/PREFIX (with the environment of the AWS tools), or export:FILE
  -j, --job <name>       if the storage holds several
  --json                 data instead of tables
  --no-pin               do not pin what is being read: for storages that you may not write to
  --help                 this text; tidemark checkpoints list --help that of one command

Only export, import, pin and gc --yes write more than a pin that goes when the command ends.
${EXIT}`;

/** By subcommand. */
export const HELP_OF: Readonly<Record<Command, string>> = {
  list: `Lists the checkpoints of a job, or of all jobs: the oldest first.

  tidemark checkpoints list --storage file:./state
  tidemark checkpoints list --storage s3:my-bucket/dashboards/ --job delays --json

"size" is what was written for a checkpoint, "stands on" what a restart reads: a full one, and the changes behind it.
"committed" says that all of its rows are known to be visible in the sinks. A newest one that is not is finished by the
next start of the job.

${EXIT}`,
  show: `Shows a checkpoint: where its sources stand, its sinks, how much each operator holds. SEQ: default the newest.

  tidemark checkpoints show --storage file:./state
  tidemark checkpoints show 57 --storage lmdb:./state.mdb --json

${EXIT}`,
  verify: `Reads checkpoints to the last byte: checksums of slots and chunks, and whether what they refer to is there.

  tidemark checkpoints verify --storage file:./state       the log, and all checkpoints
  tidemark checkpoints verify 57 --storage file:./state    the log, and one
  tidemark checkpoints verify --storage export:before.tide

Exit code: 0 all is whole; 1 something is wrong: it says what; 2 the command line is wrong.
`,
  diff: `Says what differs from checkpoint A to checkpoint B: positions of sources, and rows of each operator.

  tidemark checkpoints diff 41 57 --storage file:./state
  tidemark checkpoints diff 41 57 --storage file:./state --limit 0 --json    with all rows

  --limit <n>  so many changed rows of each operator are shown; 0: all. Default: 50. All are counted

${EXIT}`,
  keys: `Lists what an operator holds, by key and window. OPERATOR: kind and name, or the name if that says enough.

  tidemark checkpoints keys windowBy/delays --storage file:./state
  tidemark checkpoints keys delays --window 2024-03-09T16:00:00Z --prefix S --storage file:./state

  --at <seq>        of this checkpoint. Default: the newest
  --window <time>   only windows that hold this time: milliseconds since 1970, or ISO 8601
  --prefix <text>   only keys whose text begins so
  --limit <n>       so many rows; 0: all. Default: 50

A row shows what the aggregate has accumulated, not its result: a checkpoint holds no programs. Where windows overlap,
rows are of slices, which several windows share.

${EXIT}`,
  get: `Shows all that an operator holds for a KEY: read as JSON if it is some, and as text. Without KEY: what it holds beside
its rows, such as watermarks and counts of drops.

  tidemark checkpoints get windowBy/delays SFO --storage file:./state
  tidemark checkpoints get windowBy/delays '["SFO",7]' --at 57 --storage file:./state
  tidemark checkpoints get eventTime/flights --storage file:./state

  --at <seq>        of this checkpoint. Default: the newest
  --window <time>   only the window that holds this time: milliseconds since 1970, or ISO 8601
  --limit <n>       so many rows; 0: all. Default: 50

Exit code: 0 found; 1 there is no such key, or something else is wrong; 2 the command line is wrong.
`,
  export: `Writes a checkpoint into one FILE that stands for itself: full, of no storage, without rows that wait for sinks.

  tidemark checkpoints export before.tide --storage file:./state
  tidemark checkpoints export before.tide --at 57 --storage file:./state

  --at <seq>  this checkpoint. Default: the newest
  --anyway    also one whose rows are not known to be committed in the sinks: whoever begins with the export does not
              say them. Of the newest one that is never known from here; if job.done has resolved, they are

${EXIT}`,
  import: `Puts an exported checkpoint into a storage, as the first of a job that must not be there yet.

  tidemark checkpoints import before.tide --storage file:./other
  tidemark checkpoints import before.tide --storage lmdb:./state.mdb --job delays-2

  -j, --job <name>  what the job is called there. Default: as it was

It keeps its number: a job that begins with it goes on with sinks that stand there, or that are empty. Sinks that hold
more it refuses, since it would say rows again.

${EXIT}`,
  pin: `Keeps a checkpoint, and all newer ones, from being deleted: by its job and by gc. SEQ: default the newest.

  tidemark checkpoints pin 57 --name before-tuning --storage file:./state
  tidemark checkpoints pin 57 --name before-tuning --remove --storage file:./state

  --name <name>  letters, digits, '.', '_' and '-'. Default: pin
  --remove       takes the pin of that name away

${EXIT}`,
  gc: `Says what could be deleted: chunks that dead processes left behind, pins of commands that were killed a day ago.

  tidemark checkpoints gc --storage file:./state
  tidemark checkpoints gc --keep 2 --yes --storage file:./state

  --keep <n>  also checkpoints older than the newest n of those that are whole and whose rows are committed
  --yes       deletes it

The job may be running meanwhile. It deletes its old checkpoints by itself (checkpoints.retain), and at its start what a
dead process left; gc is for jobs that do not run. The newest checkpoint, and all that is pinned, stay.

${EXIT}`,
};

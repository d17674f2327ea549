/** The statements of `toPostgres`. Names are quoted; values travel as one JSON parameter, whose types the table itself gives. */

/** A row, by column. Dates, bigints, byte arrays, NaN and the infinities arrive as what they are. */
export type PostgresRow = Readonly<Record<string, unknown>>;

/** The table of a sink. */
export interface PostgresTable {
  /** Its name, as it is, not quoted; `schema.table` if it is in a schema. */
  readonly table: string;
  /** Upsert mode: the columns that tell one row from another. */
  readonly key?: string | readonly string[];
  /** Upsert mode: the column of the version; a row replaces those of lower versions. For panes: their index. */
  readonly version?: string;
  /** A boolean column that is true for what was withdrawn. Without it retractions are refused. */
  readonly withdrawn?: string;
}

export const COMMITS = `CREATE TABLE IF NOT EXISTS tidemark_commits (
  job text NOT NULL, sink text NOT NULL, seq bigint NOT NULL DEFAULT 0, epoch bigint NOT NULL, owner text NOT NULL DEFAULT '',
  PRIMARY KEY (job, sink)
)`;

/** Whether the table is there, and has the column of its latest form. */
export const HAS = `SELECT to_regclass('tidemark_commits') AS found, EXISTS (
  SELECT FROM pg_attribute WHERE attrelid = to_regclass('tidemark_commits') AND attname = 'owner') AS owned`;
export const ADD_OWNER = "ALTER TABLE tidemark_commits ADD COLUMN IF NOT EXISTS owner text NOT NULL DEFAULT ''";

/** Whoever does not find the owner that it has seen gets no row back. */
export const FENCE = `INSERT INTO tidemark_commits AS c (job, sink, epoch, owner) VALUES ($1, $2, $3, $4)
ON CONFLICT (job, sink) DO UPDATE SET epoch = excluded.epoch, owner = excluded.owner WHERE c.epoch = $5 AND c.owner = $6 RETURNING seq`;

export const LAST = 'SELECT seq, epoch, owner FROM tidemark_commits WHERE job = $1 AND sink = $2';
export const LOCK: string = `${LAST} FOR UPDATE`;
export const ADVANCE = 'UPDATE tidemark_commits SET seq = $3 WHERE job = $1 AND sink = $2';

/** An identifier between quotes. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function tableName(table: string): string {
  return table.split('.').map(quoted).join('.');
}

/** The columns of the key. */
export function keyOf({ key = [] }: PostgresTable): readonly string[] {
  return typeof key === 'string' ? [key] : key;
}

/** Inserts the rows of one JSON array; with a key, replaces those of lower versions. */
export function insertSql(table: PostgresTable, columns: readonly string[]): string {
  const list = columns.map(quoted).join(', ');
  const target = tableName(table.table);
  const insert = `INSERT INTO ${target} AS old (${list}) SELECT ${list} FROM json_populate_recordset(NULL::${target}, $1::json)`;
  const { version, withdrawn } = table;
  const key = keyOf(table);
  if (version === undefined) return insert;
  const set = columns.filter(column => !key.includes(column)).map(column => `${quoted(column)} = excluded.${quoted(column)}`);
  const v = quoted(version);
  // What is withdrawn has the version of what it withdraws.
  const same = withdrawn === undefined ? '' : ` OR (old.${v} = excluded.${v} AND excluded.${quoted(withdrawn)})`;
  return `${insert} ON CONFLICT (${key.map(quoted).join(', ')}) DO UPDATE SET ${set.join(', ')} WHERE old.${v} < excluded.${v}${same}`;
}

/**
 * The `CREATE TABLE` statement for rows like the sample. Look at the types: they are guessed, and a text may be meant for something else.
 *
 * @example
 * ```ts
 * import { createTable } from 'tidemark/postgres';
 *
 * const sql = createTable({ table: 'delays', key: 'airport', version: 'version' }, { airport: 'SFO', mean: 4.5, version: 0 });
 * console.log(sql.split('\n')[0]); // CREATE TABLE "delays" (
 * ```
 */
export function createTable(table: PostgresTable, sample: PostgresRow): string {
  const key = keyOf(table);
  const required = [...key, table.version];
  const columns = Object.entries(sample).map(
    ([name, value]) => `  ${quoted(name)} ${typeOf(value)}${required.includes(name) ? ' NOT NULL' : ''}`,
  );
  if (table.withdrawn !== undefined && !(table.withdrawn in sample)) columns.push(`  ${quoted(table.withdrawn)} boolean NOT NULL`);
  if (key.length > 0) columns.push(`  PRIMARY KEY (${key.map(quoted).join(', ')})`);
  return `CREATE TABLE ${tableName(table.table)} (\n${columns.join(',\n')}\n);`;
}

function typeOf(value: unknown): string {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'bigint' : 'double precision';
  if (typeof value === 'bigint') return 'numeric';
  if (typeof value === 'boolean') return 'boolean';
  if (value instanceof Date) return 'timestamptz';
  if (value instanceof Uint8Array) return 'bytea';
  return typeof value === 'object' && value !== null ? 'jsonb' : 'text';
}

/** A row as JSON that PostgreSQL reads back without loss. */
export function rowJson(row: PostgresRow): string {
  return JSON.stringify(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) return String(value);
  if (value instanceof Uint8Array) return `\\x${Array.from(value, byte => byte.toString(16).padStart(2, '0')).join('')}`;
  return value === undefined ? null : value;
}

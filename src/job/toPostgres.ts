import type { SinkClaim } from '../checkpoint/participants.js';
import { checkFunction, checkOptions, mustBe, TidemarkError } from '../errors.js';
import type { EventOperator } from '../stream/eventStream.js';
import { defineSink, type SinkContext, type SinkWork } from './defineSink.js';
import { PendingRows, ROOM, readRoom } from './pendingRows.js';
import {
  ADD_OWNER,
  ADVANCE,
  COMMITS,
  createTable,
  FENCE,
  HAS,
  insertSql,
  keyOf,
  LAST,
  LOCK,
  type PostgresRow,
  type PostgresTable,
  rowJson,
} from './postgresSql.js';

/** What is used of a client of `pg`. */
export interface PostgresClient {
  /** Runs a statement. */
  query(sql: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  /** Gives the connection back, or closes it. */
  release(destroy?: boolean): void;
  /** Hears of a connection that breaks. */
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** Hears no more of it. */
  off(event: 'error', listener: (error: Error) => void): unknown;
}

/** A `Pool` of the package `pg`, or what behaves as one. */
export interface PostgresPool {
  /** A connection that is free. */
  connect(): Promise<PostgresClient>;
  /** Hears of a connection that breaks. */
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** Hears no more of it. */
  off(event: 'error', listener: (error: Error) => void): unknown;
}

/** What {@link toPostgres} takes. With a key and a version: upsert mode. */
export interface ToPostgresOptions<T> extends PostgresTable {
  /** By which a restart finds the sink. */
  readonly name: string;
  /** Stays yours: end it when the job is done. */
  readonly pool: PostgresPool;
  /** The row of a value, by column; the same columns for every value. */
  readonly row: (value: T) => PostgresRow;
  /** Rows in one statement; default 1000. */
  readonly batch?: number;
  /**
   * When so many rows wait, the sources wait too. Without a key they wait for a checkpoint, which is then made before its time: default
   * 100 000. With a key they wait to be sent: default four times `batch`.
   */
  readonly room?: number;
  /** How often a transaction is tried again that failed for a passing reason, such as a lost connection; default 5. */
  readonly retries?: number;
}

const OPTIONS = ['name', 'pool', 'table', 'row', 'key', 'version', 'withdrawn', 'batch', 'room', 'retries'];

/**
 * Writes rows into a table of PostgreSQL.
 *
 * - Without a key (sink-decides mode) the rows of a checkpoint and its number are stored in one transaction: each row is there exactly
 *   once, whatever crashes. At most one such sink in a job.
 * - With a key and a version (upsert mode) rows go out at once, and replace those of the same key and a lower version.
 *
 * Keeps its books in the table `tidemark_commits`, which it makes if it is not there.
 *
 * @throws TidemarkError `BAD_OPTION` at assembly; fails the job with `FENCED`, and with `BAD_OPTION` if the table does not fit.
 */
export function toPostgres<T>(options: ToPostgresOptions<T>): EventOperator<T, T> {
  checkOptions(options, OPTIONS, 'toPostgres');
  const { name, table, pool, row, version, batch = 1000, retries = 5 } = options;
  if (typeof table !== 'string' || table === '') throw mustBe('toPostgres: table', 'the name of a table', table);
  checkFunction(pool?.connect, "toPostgres: the pool's connect");
  checkFunction(row, 'toPostgres: row');
  if (!Number.isSafeInteger(batch) || batch < 1) throw mustBe('toPostgres: batch', 'a whole number from 1', batch);
  if (!Number.isSafeInteger(retries) || retries < 0) throw mustBe('toPostgres: retries', 'a whole number from 0', retries);
  if (options.room !== undefined) readRoom(options.room, 'toPostgres');
  if (keyOf(options).length > 0 !== (version !== undefined))
    throw mustBe('toPostgres: key and version', 'given both or neither', { key: options.key, version });
  const mode = version === undefined ? 'sink-decides' : 'upsert';
  return defineSink<T>({ kind: 'toPostgres', name, mode, create: context => new PostgresSink(options, batch, retries, context) });
}

interface Entry {
  readonly id: string;
  readonly json: string;
}

/** A sink into PostgreSQL at work; `toPostgres` makes an operator of it. */
export class PostgresSink<T> implements SinkWork<T> {
  readonly name: string;
  readonly mode: 'sink-decides' | 'upsert';
  readonly #options: ToPostgresOptions<T>;
  readonly #batch: number;
  readonly #retries: number;
  readonly #context: SinkContext;
  readonly #rows: PendingRows<Entry>;
  readonly #key: readonly string[];
  #columns: readonly string[] | undefined;
  #sample: PostgresRow = {};
  #insert = '';
  #epoch = 0;
  #owner = '';
  /** Upsert: what has not been sent, and how much is on its way. */
  #queue: Entry[] = [];
  #sending = 0;
  #sender: Promise<void> | undefined;
  #failure: unknown;
  readonly #deaf = (): void => undefined;

  constructor(options: ToPostgresOptions<T>, batch: number, retries: number, context: SinkContext) {
    this.name = options.name;
    this.mode = options.version === undefined ? 'sink-decides' : 'upsert';
    this.#options = options;
    this.#batch = batch;
    this.#retries = retries;
    this.#context = context;
    this.#rows = new PendingRows(options.room ?? ROOM, context);
    this.#key = keyOf(options);
    // Without a listener a connection that is lost while idle ends the process.
    options.pool.on('error', this.#deaf);
  }

  get room(): number {
    if (this.mode === 'sink-decides') return this.#rows.room;
    return (this.#options.room ?? 4 * this.#batch) - this.#queue.length - this.#sending;
  }

  write(value: T, diff: 1 | -1): void {
    const entry = this.#entry(value, diff);
    if (this.mode === 'sink-decides') {
      this.#rows.add(entry);
      return;
    }
    this.#queue.push(entry);
    this.#sender ??= Promise.resolve().then(() => this.#send());
  }

  #entry(value: T, diff: 1 | -1): Entry {
    const { row, withdrawn } = this.#options;
    if (diff === -1 && withdrawn === undefined)
      throw new TidemarkError(
        'RETRACTION_UNSUPPORTED',
        `toPostgres "${this.name}": a row was withdrawn. Name a boolean column for it: { withdrawn: 'withdrawn' }.`,
      );
    const given = row(value);
    const full = withdrawn === undefined ? given : { ...given, [withdrawn]: diff === -1 };
    if (!this.#columns) this.#learn(full);
    else if (Object.keys(full).length !== this.#columns.length || !this.#columns.every(column => column in full))
      throw mustBe(`toPostgres "${this.name}": each row`, `of the columns ${this.#columns.join(', ')}`, full);
    return { id: this.#key.length > 0 ? JSON.stringify(this.#key.map(column => String(full[column]))) : '', json: rowJson(full) };
  }

  /** The first row says the columns. */
  #learn(row: PostgresRow): void {
    const columns = Object.keys(row);
    for (const column of [...this.#key, this.#options.version])
      if (column !== undefined && !columns.includes(column))
        throw mustBe(`toPostgres "${this.name}": each row`, `an object with the column ${column}`, row);
    this.#columns = columns;
    this.#sample = row;
    this.#insert = insertSql(this.#options, columns);
  }

  async #send(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        const batch = this.#take();
        await this.#transact(batch);
        this.#sending = 0;
        this.#context.relieve();
      }
    } catch (error) {
      this.#failure = error;
      this.#context.fail(error);
    } finally {
      if (this.#failure === undefined) this.#sender = undefined;
    }
  }

  /** A statement may touch a row once only: the batch ends where a key comes again. */
  #take(): Entry[] {
    const seen = new Set<string>();
    let end = 0;
    for (; end < this.#queue.length && end < this.#batch; end++) {
      const { id } = this.#queue[end] as Entry;
      if (seen.has(id)) break;
      seen.add(id);
    }
    this.#sending = end;
    return this.#queue.splice(0, end);
  }

  async fence(epoch: number, { nonce = '', newest }: Partial<SinkClaim> = {}): Promise<void> {
    this.#epoch = epoch;
    this.#owner = nonce;
    await this.#retried(async client => {
      const { rows } = await client.query(HAS);
      if (rows[0]?.found == null) await client.query(COMMITS);
      else if (!rows[0].owned) await client.query(ADD_OWNER);
      while (!(await this.#takeOver(client, newest)));
    });
  }

  /** False: somebody else has come in between. */
  async #takeOver(client: PostgresClient, newest: SinkClaim['newest'] | undefined): Promise<boolean> {
    const id = [this.#context.job, this.name];
    const found = (await client.query(LAST, id)).rows[0];
    // A higher epoch is that of a later owner, or of another storage: the own log says which.
    if (found && Number(found.epoch) > this.#epoch && !(await newest?.())) throw this.#fenced();
    const { rows } = await client.query(FENCE, [...id, this.#epoch, this.#owner, found?.epoch ?? 0, found?.owner ?? '']);
    return rows.length > 0;
  }

  async lastCommitted(): Promise<number> {
    if (this.mode === 'upsert') return 0;
    return this.#retried(async client => Number((await client.query(LAST, [this.#context.job, this.name])).rows[0]?.seq ?? 0));
  }

  rotate(transaction: string): undefined {
    if (this.mode === 'sink-decides') this.#rows.rotate(transaction);
  }

  async prepare(): Promise<void> {
    await this.#sender;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async commit(transaction: string, seq: number): Promise<void> {
    if (this.mode === 'upsert') return;
    await this.#transact(this.#rows.of(transaction), seq);
    this.#rows.forget(transaction);
  }

  async abort(transaction: string): Promise<void> {
    if (this.mode === 'sink-decides') this.#rows.abort(transaction);
  }

  close(): void {
    this.#options.pool.off('error', this.#deaf);
  }

  /** Rows, and the number of their checkpoint, in one transaction that only the owner of the job can make. */
  async #transact(rows: readonly Entry[] | undefined, seq?: number): Promise<void> {
    const id = [this.#context.job, this.name];
    await this.#retried(async client => {
      await client.query('BEGIN');
      const row = (await client.query(LOCK, id)).rows[0];
      if (!row || Number(row.epoch) !== this.#epoch || row.owner !== this.#owner) throw this.#fenced();
      // It was committed, and the answer was lost.
      if (seq !== undefined && Number(row.seq) >= seq) return void (await client.query('ROLLBACK'));
      if (!rows) throw new TidemarkError('NEEDS_OPERATOR', `toPostgres "${this.name}": the rows of checkpoint ${seq} are not here.`);
      for (let i = 0; i < rows.length; i += this.#batch) {
        const json = rows.slice(i, i + this.#batch).map(entry => entry.json);
        await client.query(this.#insert, [`[${json.join(',')}]`]);
      }
      if (seq !== undefined) await client.query(ADVANCE, [...id, seq]);
      await client.query('COMMIT');
    });
  }

  /** Each try on a connection that works: one that failed is thrown away, and with it its transaction. */
  async #retried<R>(work: (client: PostgresClient) => Promise<R>): Promise<R> {
    for (let tries = 0; ; tries++) {
      try {
        return await this.#connected(work);
      } catch (error) {
        if (error instanceof TidemarkError) throw error;
        if (!passes(error) || tries >= this.#retries) throw this.#explained(error);
        await new Promise<void>(resolve => {
          setTimeout(resolve, Math.min(50 * 2 ** tries, 2000));
        });
      }
    }
  }

  async #connected<R>(work: (client: PostgresClient) => Promise<R>): Promise<R> {
    const client = await this.#options.pool.connect();
    client.on('error', this.#deaf);
    let broken = true;
    try {
      const result = await work(client);
      broken = false;
      return result;
    } finally {
      client.off('error', this.#deaf);
      client.release(broken);
    }
  }

  #fenced(): TidemarkError {
    return new TidemarkError(
      'FENCED',
      `toPostgres "${this.name}": another process has taken over job "${this.#context.job}", from this storage or from another one. This one stops and stores nothing more.`,
    );
  }

  #explained(error: unknown): unknown {
    const { code, message } = error as { code?: string; message?: string };
    const cures: Record<string, string> = {
      '42P01': `Make the table:\n${createTable(this.#options, this.#sample)}`,
      '42703': `The table must have the columns of a row:\n${createTable(this.#options, this.#sample)}`,
      '42P10': `The columns of the key must be a primary key or unique:\n${createTable(this.#options, this.#sample)}`,
      '42501': `Grant SELECT, INSERT and UPDATE on ${this.#options.table} and tidemark_commits to the user of the pool; tidemark_commits must have its columns:\n${COMMITS}`,
    };
    const cure = cures[code ?? ''];
    return cure === undefined ? error : new TidemarkError('BAD_OPTION', `toPostgres "${this.name}": ${message}. ${cure}`, { cause: error });
  }
}

/** Lost connections, servers that are going down or full, deadlocks and serialization failures pass; what the statement says does not. */
function passes(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return true;
  return /^(08|40|53|57P)/.test(code);
}

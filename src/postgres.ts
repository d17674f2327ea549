/**
 * A sink into PostgreSQL, over a pool of the package `pg`.
 *
 * @module tidemark/postgres
 */

export { createTable, type PostgresRow, type PostgresTable } from './job/postgresSql.js';
export { type PostgresClient, type PostgresPool, type ToPostgresOptions, toPostgres } from './job/toPostgres.js';

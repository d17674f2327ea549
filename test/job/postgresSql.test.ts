import { describe, expect, it } from 'vitest';
import { createTable, insertSql, rowJson } from '../../src/job/postgresSql.js';

describe('the statements of toPostgres', () => {
  it('quotes names, so that none ends its quotes', () => {
    expect(insertSql({ table: 's.t"; DROP' }, ['a"b'])).toBe(
      'INSERT INTO "s"."t""; DROP" AS old ("a""b") SELECT "a""b" FROM json_populate_recordset(NULL::"s"."t""; DROP", $1::json)',
    );
  });

  it('prints a table for rows like a sample', () => {
    const sql = createTable({ table: 't', key: ['a', 'b'], version: 'v', withdrawn: 'gone' }, { a: 'x', b: new Date(0), v: 0, m: 0.5 });
    expect(sql).toBe(
      'CREATE TABLE "t" (\n  "a" text NOT NULL,\n  "b" timestamptz NOT NULL,\n  "v" bigint NOT NULL,\n  "m" double precision,\n  "gone" boolean NOT NULL,\n  PRIMARY KEY ("a", "b")\n);',
    );
  });

  it('keeps what JSON has no word for', () => {
    const row = { big: 2n ** 60n, nan: Number.NaN, bytes: Uint8Array.of(1, 255), none: undefined, at: new Date(0) };
    expect(JSON.parse(rowJson(row))).toEqual({
      big: '1152921504606846976',
      nan: 'NaN',
      bytes: '\\x01ff',
      none: null,
      at: '1970-01-01T00:00:00.000Z',
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import { scrub, withoutValues, withoutValuesOnce } from './values.ts';

describe('SQL for a span', () => {
  it.each([
    [`insert into "a" ("id", "email") values (1, 'ada@example.com')`, `insert into "a" ("id", "email") values (?, ?)`],
    [
      `select "a0".* from "a" as "a0" where "a0"."name" = 'O''Hara' limit 10`,
      `select "a0".* from "a" as "a0" where "a0"."name" = ? limit ?`,
    ],
    [String.raw`select E'it''s \' a \\ secret', 'x'`, 'select ?, ?'],
    [String.raw`update "t" set "b" = '\x6869', "f" = 1.5 where "i" = $12`, `update "t" set "b" = ?, "f" = ? where "i" = $12`],
    [`select "say ""7""" from t2`, `select "say ""7""" from t2`],
  ])('keeps its shape and no values: %s', (statement, shown) => {
    expect(withoutValues(statement)).toBe(shown);
    expect([withoutValuesOnce(statement), withoutValuesOnce(statement)]).toEqual([shown, shown]);
  });
});

describe('an error of PostgreSQL', () => {
  it('keeps what happened and no values', () => {
    const detail = 'Key (email)=(ada@example.com) already exists.';
    const message = `duplicate key value violates unique constraint "account_email"\n - detail: ${detail}`;
    const error = Object.assign(new Error(message, { cause: Object.assign(new Error('duplicate'), { detail }) }), {
      detail,
      code: '23505',
      constraint: 'account_email',
    });
    scrub(error);
    expect(error).toMatchObject({
      message: 'duplicate key value violates unique constraint "account_email"',
      code: '23505',
      constraint: 'account_email',
    });
    expect(error.stack).toContain('values.test.ts');
    expect(JSON.stringify([error, error.cause, error.stack])).not.toContain('ada');
  });
});

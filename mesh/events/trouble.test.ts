import { describe, expect, it } from '@jest/globals';
import type { ErrorReason } from '@shopverse/contracts/error-reasons';
import { MongoNetworkError, MongoServerError } from 'mongodb';
import { failure } from '../failure.ts';
import { translatePostgresError } from '../store/postgres-failure.ts';
import { kindOf, permanent } from './trouble.ts';

const reason = (name: ErrorReason) => failure(name, '.');
const withCode = (code: string) => Object.assign(new Error('.'), { code });

describe('trouble', () => {
  it.each([
    ['a peer is away', reason('DEPENDENCY_UNAVAILABLE')],
    ['a peer is late', reason('DEADLINE_EXCEEDED')],
    ['somebody else wrote the same', reason('CONCURRENT_CHANGE')],
    ['a peer is overloaded', reason('OVERLOADED')],
    ['the call was given up', reason('CANCELLED')],
    ['handling took too long', new DOMException('.', 'TimeoutError')],
    ['nobody listens', withCode('ECONNREFUSED')],
    ['nobody listens at any address', new AggregateError([withCode('ECONNREFUSED')])],
    ['a connection broke, one cause down', new Error('.', { cause: withCode('ECONNRESET') })],
    ['MongoDB is away', new MongoNetworkError('.')],
    ['MongoDB steps down', new MongoServerError({ message: '.', codeName: 'PrimarySteppedDown' })],
    ['ClickHouse is out of memory', Object.assign(new Error('.'), { code: '241', type: 'MEMORY_LIMIT_EXCEEDED' })],
    ['PostgreSQL is away', translatePostgresError(new Error('Connection terminated unexpectedly'))],
    ['PostgreSQL is shut down', translatePostgresError(withCode('57P01'))],
    ['PostgreSQL is late', translatePostgresError(withCode('57014'))],
    ['PostgreSQL found a deadlock', translatePostgresError(withCode('40P01'))],
  ])('passes when %s', (_what, error) => expect(kindOf(error)).toBe('transient'));

  it.each([
    ['the handler says so', permanent('.')],
    ['a rule is broken', reason('ORDER_STATE')],
    ['the request is wrong', reason('INVALID_REQUEST')],
  ])('does not pass when %s', (_what, error) => expect(kindOf(error)).toBe('permanent'));

  it.each([
    ['a bug', new TypeError('.')],
    ['something that is not there yet', reason('ORDER_NOT_FOUND')],
    ['an error of a peer', reason('INTERNAL')],
    ['a constraint', translatePostgresError(withCode('23505'))],
    ['a duplicate of MongoDB', new MongoServerError({ message: '.', code: 11000 })],
    ['no error at all', 'no'],
  ])('is unknown when it is %s', (_what, error) => expect(kindOf(error)).toBe('unknown'));
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { errorReasons } from './error-reasons.ts';
import { compile } from './testing/workspace.ts';

const reasons = await readFile(join(import.meta.dirname, '../shopverse/errors/v1/reason.proto'), 'utf8');

describe('errorReasons', () => {
  it('tells the gRPC status code of each reason, without the prefix', async () => {
    const codes = errorReasons(await compile({ 'errors/v1/reason.proto': reasons }));
    expect(codes).toMatchObject({ INVALID_REQUEST: 3, ORDER_NOT_FOUND: 5, UNAUTHENTICATED: 16 });
    expect(codes).not.toHaveProperty('UNSPECIFIED');
  });

  it('refuses a reason without a code', async () => {
    const contracts = await compile({
      'errors/v1/reason.proto': reasons.replace('REASON_INTERNAL = 7 [(code) = INTERNAL]', 'REASON_INTERNAL = 7'),
    });
    expect(() => errorReasons(contracts)).toThrow('REASON_INTERNAL has no gRPC status');
  });
});

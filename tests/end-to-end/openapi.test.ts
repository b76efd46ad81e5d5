import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSettings } from '@shopverse/local/settings';
import { installSchemathesis, type Schemathesis } from '@shopverse/local/tools/schemathesis';
import { admin, newCustomer, theStack } from '../customer.ts';

const MINUTE = 60_000;

/** Nothing may break the shop, and every answer must be one that the document has, in its shape; what no schema allows is not looked at here. */
const CHECKS = ['not_a_server_error', 'status_code_conformance', 'content_type_conformance', 'response_headers_conformance', 'response_schema_conformance', 'unsupported_method']; // prettier-ignore

/**
 * Streams end when the shop has nothing to say any more; what ends the session, or the account, of all that follows, or locks its user out, has tests of its own; keys are not rotated under
 * the other tests; and Envoy knows no verb QUERY.
 */
const LEFT_OUT = {
  paths: ':watch$|/auth/logout|/auth/sessions/|/auth/password:change|signingKeys:rotate',
  operation: 'UserService_DeleteAccount',
  method: 'QUERY',
};

/** Characters of a report that are shown. */
const MOST_TOLD = 4_000;

/** What went wrong, with the request to send again, when anything did; else the end. The report of 90 operations would hide it in a long log. */
function told(output: string): string {
  const failures = output.search(/=+ (FAILURES|ERRORS) =+/);
  return failures === -1 ? output.slice(-MOST_TOLD) : output.slice(failures, failures + MOST_TOLD);
}

describe('the OpenAPI document', () => {
  let tool: Schemathesis;
  let folder: string;
  beforeAll(async () => {
    tool = await installSchemathesis(readSettings().SHOPVERSE_TOOLS);
    folder = await mkdtemp(join(tmpdir(), 'schemathesis-'));
  }, 3 * MINUTE);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Hundreds of requests made of the document, good and bad ones; answers what Schemathesis has to say. */
  async function attack(token: string | undefined): Promise<{ code: number; output: string }> {
    const { addresses } = await theStack();
    const args = [
      ...tool.args,
      `run ${addresses.edge}/openapi.json --url ${addresses.edge} --no-color --seed 1 --workers 2 --request-timeout 10`,
      `--checks ${CHECKS.join(',')} --mode all --phases examples,coverage,fuzzing --max-examples 5`,
      `--exclude-path-regex ${LEFT_OUT.paths} --exclude-operation-id ${LEFT_OUT.operation} --exclude-method ${LEFT_OUT.method}`,
    ].flatMap((part, index) => (index < tool.args.length ? [part] : part.split(' ')));
    if (token !== undefined) args.push('--header', `Authorization: Bearer ${token}`);
    return new Promise<{ code: number; output: string }>((resolve) => {
      execFile(tool.file, args, { cwd: folder, env: tool.env, timeout: 3 * MINUTE, maxBuffer: 64e6 }, (error, stdout, stderr) =>
        resolve({
          code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1,
          output: told(`${stdout}${stderr}`),
        }),
      );
    });
  }

  const callers: readonly [string, () => Promise<string | undefined>][] = [
    ['nobody', () => Promise.resolve(undefined)],
    ['a customer', async () => (await newCustomer()).token],
    ['an admin', async () => (await admin()).token],
  ];
  it.each(callers)(
    'is kept to, whatever %s sends',
    async (_who, tokenOf) => {
      const { code, output } = await attack(await tokenOf());
      expect([code, output]).toEqual([0, expect.stringMatching(/\d{2,} generated, \d+ passed/)]);
    },
    4 * MINUTE,
  );
});

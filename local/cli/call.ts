import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { JsonValue } from '@bufbuild/protobuf';
import { Metadata } from '@grpc/grpc-js';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { writeCaller } from '@shopverse/mesh/rpc/headers';
import { invoke } from '../call/invoke.ts';
import { completions, findMethod, readMethods } from '../call/methods.ts';
import { createStack } from '../stack.ts';
import { StackError } from '../stack-error.ts';

/** Options of `shopverse call`. */
export interface CallOptions {
  readonly as: string;
  readonly user?: string;
  readonly role: string;
  readonly header: readonly string[];
  readonly timeout: string;
  readonly list?: boolean;
  readonly json?: boolean;
}

/**
 * `shopverse call <method> [json]`: calls any method of any service with a workload's certificate, by the contracts' descriptors. Answers go to stdout as proto3
 * JSON, one after the other; a refusal's status, details and trailers to stderr, with exit code 1. With --json all of it is one line.
 */
export async function call(wanted: string | undefined, body: string | undefined, options: CallOptions): Promise<void> {
  const methods = await readMethods();
  if (options.list === true || wanted === undefined) {
    return void process.stdout.write(completions(methods.all, wanted ?? '').map((name) => `${name}\n`).join('')); // prettier-ignore
  }
  const method = findMethod(methods.all, wanted);
  const { home, context } = await createStack();
  const port = context.ports[method.workload];
  if (port === undefined) throw new StackError(`No part of the stack serves ${method.name}.`);
  const answers: JsonValue[] = [];
  const outcome = await invoke(methods, method, {
    target: `127.0.0.1:${port}`,
    credentials: (await credentialsOf(home.certificates, options.as)).channel(method.workload),
    request: await readBody(body),
    metadata: metadataOf(options),
    timeoutMs: positive(options.timeout),
    onAnswer: (answer) => {
      if (options.json === true) answers.push(answer);
      else process.stdout.write(`${JSON.stringify(answer, undefined, method.responseStream ? undefined : 2)}\n`);
    },
  });
  if (outcome.status !== 'OK') process.exitCode = 1;
  if (options.json === true) return void process.stdout.write(`${JSON.stringify({ ...outcome, answers })}\n`);
  if (outcome.status !== 'OK') process.stderr.write(`${JSON.stringify(outcome, undefined, 2)}\n`);
}

async function credentialsOf(folder: string, workload: string): Promise<WorkloadCredentials> {
  if (!existsSync(join(folder, workload, 'tls.crt'))) {
    const known = (await readdir(folder)).toSorted((a, b) => a.localeCompare(b));
    throw new StackError(
      known.length === 0
        ? 'There are no certificates yet: start the stack with npm start.'
        : `There is no certificate of ${workload}; --as takes one of ${known.join(', ')}.`,
    );
  }
  return new WorkloadCredentials(join(folder, workload));
}

async function readBody(body = '{}'): Promise<JsonValue> {
  const json = body === '-' ? await text(process.stdin) : body;
  try {
    return JSON.parse(json) as JsonValue;
  } catch (error) {
    throw new StackError(`The request is no JSON: ${(error as Error).message}. Write it as '{"id":"…"}', or - to read it from stdin.`);
  }
}

function metadataOf({ user, role, header }: CallOptions): Metadata {
  const metadata = new Metadata();
  for (const line of header) {
    const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new StackError(`--header takes "name: value", not "${line}".`);
    metadata.set(name, value);
  }
  if (role !== 'CUSTOMER' && role !== 'ADMIN') throw new StackError(`--role is CUSTOMER or ADMIN, not ${role}.`);
  if (user !== undefined) writeCaller(metadata, { userId: user, role, email: '', sessionId: '' });
  return metadata;
}

function positive(value: string): number {
  const ms = Number(value);
  if (!Number.isInteger(ms) || ms <= 0) throw new StackError('--timeout must be a whole number of milliseconds, for example 10000.');
  return ms;
}

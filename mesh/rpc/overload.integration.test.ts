import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServiceError } from '@grpc/grpc-js';
import { RetryInfo } from '@shopverse/contracts/google/rpc/error_details';
import { Status } from '@shopverse/contracts/google/rpc/status';
import { OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import type { Failure } from '../failure.ts';
import { CertificateAuthority } from '../identity/authority.ts';
import { WorkloadCredentials } from '../identity/credentials.ts';
import { newId } from '../ids.ts';
import { createLogger } from '../telemetry/logger.ts';
import { openClient, type OpenClient } from './client.ts';
import { methodsOf } from './definition.ts';
import type { Handlers } from './handler.ts';
import { RpcServer } from './serve.ts';

const LIMIT = 3;
let folder: string;
let server: RpcServer;
let product: OpenClient<typeof OrderServiceDefinition>;
let started: (() => void)[] = [];
const waiting: (() => void)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shopverse-overload-'));
  const authority = await CertificateAuthority.open(join(folder, 'ca'));
  for (const workload of ['order', 'product']) await authority.issueInto(join(folder, workload), workload);
  const credentials = (workload: string) => new WorkloadCredentials(join(folder, workload));
  server = new RpcServer({ credentials: credentials('order').server(), log: createLogger('order', 'silent'), maxConcurrentCalls: LIMIT });
  const slow = async () => {
    const done = new Promise<void>((resolve) => waiting.push(resolve));
    started.shift()?.();
    await done;
    return { orders: [] };
  };
  const handlers = Object.fromEntries(methodsOf(OrderServiceDefinition).map(([key]) => [key, slow]));
  server.add(OrderServiceDefinition, handlers as unknown as Handlers<typeof OrderServiceDefinition>);
  const target = `127.0.0.1:${await server.listen('127.0.0.1:0')}`;
  product = openClient(OrderServiceDefinition, { name: 'order', target, credentials: credentials('product').channel('order') });
});
afterAll(async () => {
  product.close();
  await server.drain(1_000);
  await rm(folder, { recursive: true });
});

const ask = () => product.client.batchGetOrderStates({ ids: [newId()] });
/** A call that is being handled. */
async function begun(): Promise<Promise<unknown>[]> {
  const start = new Promise<void>((resolve) => started.push(resolve));
  const call = ask();
  await start;
  return [call];
}

describe('a server at its limit', () => {
  it('refuses what is too much at once, says when to come again, and takes calls again when there is room', async () => {
    const running = [...(await begun()), ...(await begun()), ...(await begun())];
    const refusal: Failure = await ask().then(
      () => Promise.reject(new Error('It was let in.')),
      (error: Failure) => error,
    );
    expect(refusal).toMatchObject({ reason: 'OVERLOADED', message: 'The service is over its limit; try again later.' });
    const [details] = (refusal.options.cause as ServiceError).metadata.get('grpc-status-details-bin');
    const retry = Status.decode(details as Buffer).details.find(({ typeUrl }) => typeUrl.endsWith('google.rpc.RetryInfo'));
    const { retryDelay } = RetryInfo.decode(retry?.value ?? new Uint8Array());
    expect(Number(retryDelay?.seconds) + (retryDelay?.nanos ?? 0) / 1e9).toBeGreaterThanOrEqual(0.2);
    waiting.shift()?.();
    await running.shift();
    running.push(...(await begun()));
    for (const finish of waiting.splice(0)) finish();
    await expect(Promise.all(running)).resolves.toHaveLength(LIMIT);
    started = [];
  });
});

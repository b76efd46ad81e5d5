import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials as grpcCredentials, Metadata, status as grpcStatus, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BadRequest } from '@shopverse/contracts/google/rpc/error_details';
import { Status } from '@shopverse/contracts/google/rpc/status';
import { Order, OrderState } from '@shopverse/contracts/shopverse/order/v1/order';
import { GetOrderRequest, OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { failure } from '../failure.ts';
import { CertificateAuthority } from '../identity/authority.ts';
import { WorkloadCredentials } from '../identity/credentials.ts';
import { newId } from '../ids.ts';
import { createLogger } from '../telemetry/logger.ts';
import type { Call } from './call.ts';
import { openClient, type OpenClient } from './client.ts';
import { toBuffer } from './definition.ts';
import type { Handlers } from './handler.ts';
import { headers } from './headers.ts';
import { RpcServer } from './serve.ts';
import { errorInfo } from './status.ts';

const CUSTOMER = { [headers.userId]: newId(), [headers.userRole]: 'CUSTOMER', [headers.userEmail]: 'a@example.com' };
const id = newId();

type OrderHandlers = Handlers<typeof OrderServiceDefinition>;
const unexpected = async (): Promise<never> => {
  throw new Error('not part of this test');
};
const others = Object.fromEntries(
  Object.keys(OrderServiceDefinition.methods).map((method) => [method, unexpected]),
) as unknown as OrderHandlers;
/** What the test at hand puts behind GetOrder and BatchGetOrderStates. */
let getOrder: OrderHandlers['getOrder'];
let batchGetOrderStates: OrderHandlers['batchGetOrderStates'];
let createOrder: OrderHandlers['createOrder'];

const order = Order.fromPartial({ id, state: OrderState.CONFIRMED, lines: [{ quantity: 2 }] });

let folder: string;
let server: RpcServer;
let target: string;
let credentialsOf: (workload: string) => WorkloadCredentials;
let edge: Client;
let product: OpenClient<typeof OrderServiceDefinition>;

/** A bare gRPC call, as the edge makes it. */
async function call(
  method: string,
  request: Uint8Array,
  metadata: Readonly<Record<string, string>> = CUSTOMER,
  deadlineMs = 5_000,
  client = edge,
): Promise<Order> {
  const values = new Metadata();
  for (const [name, value] of Object.entries(metadata)) values.set(name, value);
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      `/${OrderServiceDefinition.fullName}/${method}`,
      toBuffer,
      (bytes: Buffer) => Order.decode(bytes),
      request,
      values,
      { deadline: Date.now() + deadlineMs },
      (error, answer) => (error === null && answer !== undefined ? resolve(answer) : reject(error ?? new Error('no answer'))),
    );
  });
}
const get = (orderId = id, metadata?: Readonly<Record<string, string>>, deadlineMs?: number) =>
  call('GetOrder', GetOrderRequest.encode({ id: orderId }).finish(), metadata, deadlineMs);

async function refusal(promise: Promise<unknown>): Promise<ServiceError & { reason: string | undefined }> {
  const error = (await promise.then(
    () => Promise.reject(new Error('the call was let through')),
    (thrown: unknown) => thrown,
  )) as ServiceError;
  return Object.assign(error, { reason: errorInfo(error.metadata)?.reason });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shopverse-rpc-'));
  const authority = await CertificateAuthority.open(join(folder, 'ca'));
  const known = new Map<string, WorkloadCredentials>();
  for (const workload of ['order', 'edge', 'product', 'user']) {
    await authority.issueInto(join(folder, workload), workload);
    known.set(workload, new WorkloadCredentials(join(folder, workload)));
  }
  credentialsOf = (workload) => known.get(workload) ?? new WorkloadCredentials(workload);
  server = new RpcServer({ credentials: credentialsOf('order').server(), log: createLogger('order', 'silent') });
  server.add(OrderServiceDefinition, {
    ...others,
    createOrder: (request, call) => createOrder(request, call),
    getOrder: (request, call) => getOrder(request, call),
    batchGetOrderStates: (request, call) => batchGetOrderStates(request, call),
  });
  target = `127.0.0.1:${await server.listen('127.0.0.1:0')}`;
  edge = new Client(target, credentialsOf('edge').channel('order'), { 'grpc.ssl_target_name_override': 'order' });
  product = openClient(OrderServiceDefinition, { name: 'order', target, credentials: credentialsOf('product').channel('order') });
});

afterAll(async () => {
  edge.close();
  product.close();
  await server.drain(1_000);
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  getOrder = async () => order;
  batchGetOrderStates = async ({ ids }) => ({ orders: ids.map((orderId) => ({ id: orderId, state: OrderState.CONFIRMED })) });
  createOrder = async () => order;
});

describe('a call through the mesh', () => {
  it('answers what the handler answers', async () => {
    await expect(get()).resolves.toEqual(order);
  });

  it('tells the handler who calls, for whom and until when', async () => {
    const seen: Call[] = [];
    getOrder = async (_request, call) => {
      seen.push(call);
      return order;
    };
    await get(id, { ...CUSTOMER, [headers.requestId]: 'request-1' });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      peer: 'edge',
      requestId: 'request-1',
      caller: { userId: CUSTOMER[headers.userId], role: 'CUSTOMER', email: 'a@example.com' },
    });
    expect(seen[0]?.deadline).toBeGreaterThan(Date.now());
    expect(seen[0]?.deadline).toBeLessThan(Date.now() + 5_000);
  });
});

describe('a call that is refused', () => {
  it.each<[string, () => Promise<unknown>, number, string]>([
    ['without a signed-in user', () => get(id, {}), grpcStatus.UNAUTHENTICATED, 'UNAUTHENTICATED'],
    ['with a role nobody knows', () => get(id, { ...CUSTOMER, [headers.userRole]: 'ROOT' }), grpcStatus.UNAUTHENTICATED, 'UNAUTHENTICATED'],
    [
      'with a role that is not allowed',
      () => call('CreateOrder', new Uint8Array(), { ...CUSTOMER, [headers.userRole]: 'ADMIN' }),
      grpcStatus.PERMISSION_DENIED,
      'ROLE_NOT_ALLOWED',
    ],
    [
      'of an internal method from the edge',
      () => call('BatchGetOrderStates', new Uint8Array()),
      grpcStatus.PERMISSION_DENIED,
      'CALLER_NOT_ALLOWED',
    ],
    ['with a field that breaks a rule', () => get('42'), grpcStatus.INVALID_ARGUMENT, 'INVALID_REQUEST'],
    [
      'with bytes that are no message',
      () => call('GetOrder', Buffer.from([0x0a, 0x7f, 0x01])),
      grpcStatus.INVALID_ARGUMENT,
      'INVALID_REQUEST',
    ],
    [
      'with a malformed idempotency key',
      () => call('CreateOrder', new Uint8Array(), { ...CUSTOMER, [headers.idempotencyKey]: 'short' }),
      grpcStatus.INVALID_ARGUMENT,
      'INVALID_REQUEST',
    ],
  ])('%s', async (_name, made, code, reason) => {
    const error = await refusal(made());
    expect([error.code, error.reason]).toEqual([code, reason]);
  });

  it('names every bad field', async () => {
    const error = await refusal(get('42'));
    const [bytes] = error.metadata.get('grpc-status-details-bin');
    const detail = Status.decode(bytes as Buffer).details.find(({ typeUrl }) => typeUrl.endsWith('BadRequest'));
    expect(BadRequest.decode(detail?.value ?? new Uint8Array()).fieldViolations).toMatchObject([{ field: 'id', reason: 'string.uuid' }]);
  });

  it("carries the handler's reason and facts", async () => {
    getOrder = async () => {
      throw failure('ORDER_NOT_FOUND', 'No order with this id.', { order_id: id, empty: '' });
    };
    const error = await refusal(get());
    expect([error.code, error.details, errorInfo(error.metadata)]).toEqual([
      grpcStatus.NOT_FOUND,
      'No order with this id.',
      { reason: 'ORDER_NOT_FOUND', domain: 'shopverse', metadata: { order_id: id } },
    ]);
  });

  it('says nothing of a bug but an error id', async () => {
    getOrder = async () => {
      throw new Error('select secret from table at 10.0.0.1');
    };
    const error = await refusal(get());
    expect([error.code, error.reason, error.details]).toEqual([grpcStatus.INTERNAL, 'INTERNAL', 'Something went wrong on our side.']);
    expect(errorInfo(error.metadata)?.metadata['error_id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is not let in without a certificate, nor with a foreign one', async () => {
    const foreign = await CertificateAuthority.open(join(folder, 'foreign-ca'));
    await foreign.issueInto(join(folder, 'foreign'), 'edge');
    const strangers = [
      new Client(target, grpcCredentials.createInsecure()),
      new Client(target, new WorkloadCredentials(join(folder, 'foreign')).channel('order'), { 'grpc.ssl_target_name_override': 'order' }),
    ];
    for (const stranger of strangers) {
      const error = await refusal(call('GetOrder', GetOrderRequest.encode({ id }).finish(), CUSTOMER, 3_000, stranger));
      expect(error.code).toBe(grpcStatus.UNAVAILABLE);
      stranger.close();
    }
  });
});

describe('a client of the mesh', () => {
  it('calls what the contract lets its workload call', async () => {
    await expect(product.client.batchGetOrderStates({ ids: [id] })).resolves.toEqual({ orders: [{ id, state: OrderState.CONFIRMED }] });
  });

  it("passes a peer's business refusal on, and turns its other trouble into our own", async () => {
    batchGetOrderStates = async () => {
      throw failure('OUT_OF_STOCK', 'Gone.', { available: '0' });
    };
    await expect(product.client.batchGetOrderStates({ ids: [id] })).rejects.toMatchObject({
      reason: 'OUT_OF_STOCK',
      options: { metadata: { available: '0' } },
    });
    await expect(product.client.batchGetOrderStates({ ids: ['42'] })).rejects.toMatchObject({ reason: 'INTERNAL' });
  });

  it('ends a call that takes too long, and tells the handler', async () => {
    const ended = new Promise<unknown>((resolve) => {
      batchGetOrderStates = async (_request, call) => {
        await new Promise((done) => call.signal.addEventListener('abort', done, { once: true }));
        resolve(call.signal.reason);
        throw call.signal.reason;
      };
    });
    await expect(product.client.batchGetOrderStates({ ids: [id] }, { timeoutMs: 200 })).rejects.toMatchObject({
      reason: 'DEADLINE_EXCEEDED',
    });
    await expect(ended).resolves.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
  });

  it('hands on deadline, request id and user of the call being handled', async () => {
    const seen: Call[] = [];
    batchGetOrderStates = async ({ ids }, call) => {
      seen.push(call);
      return { orders: ids.map((orderId) => ({ id: orderId, state: OrderState.CANCELLED })) };
    };
    getOrder = async (_request, call) => {
      seen.push(call);
      await product.client.batchGetOrderStates({ ids: [id] });
      return order;
    };
    await get(id, { ...CUSTOMER, [headers.requestId]: 'request-2' }, 1_000);
    const [outer, inner] = seen;
    expect(inner).toMatchObject({ peer: 'product', requestId: 'request-2', caller: { userId: CUSTOMER[headers.userId] } });
    expect(inner?.deadline).toBeLessThanOrEqual(outer?.deadline ?? 0);
  });

  it('does not talk to a server with another workload’s certificate', async () => {
    const deceived = openClient(OrderServiceDefinition, { name: 'user', target, credentials: credentialsOf('product').channel('user') });
    await expect(deceived.client.batchGetOrderStates({ ids: [id] }, { timeoutMs: 2_000 })).rejects.toMatchObject({
      reason: expect.stringMatching(/DEPENDENCY_UNAVAILABLE|DEADLINE_EXCEEDED/),
    });
    deceived.close();
  });
});

describe('a server that is drained', () => {
  it('lets a running call end', async () => {
    const own = new RpcServer({ credentials: credentialsOf('order').server(), log: createLogger('order', 'silent') });
    let release = () => {};
    const entered = new Promise<void>((enter) => {
      own.add(OrderServiceDefinition, {
        ...others,
        getOrder: async () => {
          enter();
          await new Promise<void>((resolve) => (release = resolve));
          return order;
        },
      });
    });
    const client = new Client(`127.0.0.1:${await own.listen('127.0.0.1:0')}`, credentialsOf('edge').channel('order'), {
      'grpc.ssl_target_name_override': 'order',
    });
    const answer = call('GetOrder', GetOrderRequest.encode({ id }).finish(), CUSTOMER, 5_000, client);
    await entered;
    const drained = own.drain(5_000);
    release();
    await expect(answer).resolves.toEqual(order);
    await drained;
    client.close();
  });
});

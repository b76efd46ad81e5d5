import { OrderServiceDefinition, type OrderForPayment } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { failure } from '@shopverse/mesh/failure';
import type { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import type { Handlers } from '@shopverse/mesh/rpc/handler';
import { RpcServer } from '@shopverse/mesh/rpc/serve';
import { createLogger } from '@shopverse/mesh/telemetry/logger';

/** The order service's side of a payment, for tests of the payment service: a real server of the contract, its orders in memory. */
export interface OrderServer {
  readonly orders: Map<string, OrderForPayment>;
  readonly port: number;
  close(): Promise<void>;
}

/** Starts it on a free port. */
export async function startOrderServer(credentials: WorkloadCredentials): Promise<OrderServer> {
  const orders = new Map<string, OrderForPayment>();
  const server = new RpcServer({ credentials: credentials.server(), log: createLogger('order', 'silent') });
  const unexpected = async (): Promise<never> => Promise.reject(new Error('not part of a payment'));
  const rest = Object.fromEntries(Object.keys(OrderServiceDefinition.methods).map((method) => [method, unexpected]));
  server.add(OrderServiceDefinition, {
    ...(rest as unknown as Handlers<typeof OrderServiceDefinition>),
    getOrderForPayment: async ({ id }) => {
      const order = orders.get(id);
      if (order === undefined) throw failure('ORDER_NOT_FOUND', 'No order with this id.', { order_id: id });
      return order;
    },
  });
  return { orders, port: await server.listen('127.0.0.1:0'), close: () => server.drain(1_000) };
}

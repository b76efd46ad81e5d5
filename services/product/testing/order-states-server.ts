import type { OrderState } from '@shopverse/contracts/shopverse/order/v1/order';
import { OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { failure } from '@shopverse/mesh/failure';
import type { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import type { Handlers } from '@shopverse/mesh/rpc/handler';
import { RpcServer } from '@shopverse/mesh/rpc/serve';
import { createLogger } from '@shopverse/mesh/telemetry/logger';

/** The order service's side of the sweeper, for tests: a real server of the contract, its orders in memory. */
export interface OrderStatesServer {
  readonly states: Map<string, OrderState>;
  readonly port: number;
  /** While true, it answers that it is away. */
  away: boolean;
  /** Called with the ids of each question, before the answer. */
  onAsked: (ids: readonly string[]) => Promise<void>;
  close(): Promise<void>;
}

/** Starts it on a free port. */
export async function startOrderStatesServer(credentials: WorkloadCredentials): Promise<OrderStatesServer> {
  const server = new RpcServer({ credentials: credentials.server(), log: createLogger('order', 'silent') });
  const unexpected = async (): Promise<never> => Promise.reject(new Error('not asked by the product service'));
  const rest = Object.fromEntries(Object.keys(OrderServiceDefinition.methods).map((method) => [method, unexpected]));
  const started: OrderStatesServer = {
    states: new Map(),
    port: 0,
    away: false,
    onAsked: async () => undefined,
    close: () => server.drain(1_000),
  };
  server.add(OrderServiceDefinition, {
    ...(rest as unknown as Handlers<typeof OrderServiceDefinition>),
    batchGetOrderStates: async ({ ids }) => {
      if (started.away) throw failure('DEPENDENCY_UNAVAILABLE', 'The database is away; try again later.');
      await started.onAsked(ids);
      return {
        orders: ids.flatMap((id) => {
          const state = started.states.get(id);
          return state === undefined ? [] : [{ id, state }];
        }),
      };
    },
  });
  return Object.assign(started, { port: await server.listen('127.0.0.1:0') });
}

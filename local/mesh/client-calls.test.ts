import { describe, expect, it } from '@jest/globals';
import { clientCalls } from './client-calls.ts';

const sample = (kind: string, method: string, code: string, value: number, le?: string) =>
  `rpc_client_call_duration_${kind}{rpc_system_name="grpc",rpc_method="shopverse.${method}",rpc_response_status_code="${code}"${le === undefined ? '' : `,le="${le}"`},otel_scope_name="x"} ${value}`;

describe("a process's own counters", () => {
  it('tell whom it calls, how often, what failed and how long it took', () => {
    const calls = clientCalls(
      [
        '# TYPE rpc_client_call_duration histogram',
        sample('bucket', 'product.v1.ProductService/BatchGetProducts', 'OK', 8, '0.01'),
        sample('bucket', 'product.v1.ProductService/BatchGetProducts', 'OK', 10, '+Inf'),
        sample('count', 'product.v1.ProductService/BatchGetProducts', 'OK', 10),
        sample('count', 'product.v1.ProductService/ReserveStock', 'UNAVAILABLE', 2),
        sample('count', 'product.v1.ProductService/ReserveStock', 'FAILED_PRECONDITION', 3),
        sample('count', 'user.v1.UserService/CreateProfile', 'OK', 1),
        'rpc_server_call_duration_count{rpc_method="shopverse.order.v1.OrderService/GetOrder"} 7',
      ].join('\n'),
    );
    expect([...calls.keys()]).toEqual(['product', 'user']);
    expect(calls.get('product')).toEqual({ count: 15, faults: 2, buckets: new Map([[0.01, 8], [Infinity, 10]]) }); // prettier-ignore
  });
});

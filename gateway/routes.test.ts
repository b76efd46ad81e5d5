import { describe, expect, it } from '@jest/globals';
import type { Method } from './contract/methods.ts';
import { filterName, type Route } from './envoy.ts';
import { tokenOptional, tokenRequired } from './filters/jwt.ts';
import { allow, everybody } from './filters/rbac.ts';
import { deriveRoutes, nowhere } from './routes.ts';

const plain: Method = {
  service: 'shopverse.garden.v1.GardenService',
  rpc: 'shopverse.garden.v1.GardenService/SellPlant',
  upstream: 'garden',
  access: { level: 'SIGNED_IN' },
  readOnly: false,
  repeatable: false,
  streaming: false,
  conditional: false,
  rest: [],
  pace: 'WRITE',
};
const timeouts = { readMs: 1_000, writeMs: 3_000, streamMs: 60_000 };
const routesOf = (...methods: Method[]): Route[] => deriveRoutes(methods, timeouts);
const routeOf = (change: Partial<Method>): Route | undefined => routesOf({ ...plain, ...change }).find((route) => route.name === plain.rpc);
const jwt = filterName('jwt_authn');
const rbac = filterName('rbac');

describe('the route of a method', () => {
  it('has the path of the RPC and leads to its service', () => {
    expect(routeOf({})).toMatchObject({ match: { path: `/${plain.rpc}` }, route: { cluster: 'garden' } });
  });

  it('names its span for the RPC and tells nobody outside', () => {
    expect(routeOf({})).toMatchObject({ decorator: { operation: plain.rpc, propagate: false } });
  });

  it('is not there when the method is internal', () => {
    expect(routeOf({ access: { level: 'INTERNAL' } })).toBeUndefined();
  });

  it('lets callers without a token in when the method is public, and only then', () => {
    expect(routeOf({ access: { level: 'PUBLIC' } })?.typed_per_filter_config).toMatchObject({ [jwt]: tokenOptional, [rbac]: everybody });
    expect(routeOf({ access: { level: 'SIGNED_IN' } })?.typed_per_filter_config?.[jwt]).toEqual(tokenRequired);
    expect(routeOf({ access: { level: 'ROLES', roles: ['ADMIN'] } })?.typed_per_filter_config?.[jwt]).toEqual(tokenRequired);
  });

  it('is open to the roles that the method names', () => {
    const access = { level: 'ROLES', roles: ['CUSTOMER', 'ADMIN'] } as const;
    const rule = JSON.stringify(routeOf({ access })?.typed_per_filter_config?.[rbac]);
    expect(rule).toBe(JSON.stringify(allow(access)));
    expect(rule).toContain('{"exact":"CUSTOMER"}');
    expect(rule).toContain('{"exact":"ADMIN"}');
  });

  it('is tried again only when the method may be repeated', () => {
    expect(routeOf({ repeatable: false })?.['route']).not.toHaveProperty('retry_policy');
    expect(routeOf({ repeatable: true })?.['route']).toHaveProperty(
      'retry_policy.retry_on',
      'unavailable,connect-failure,refused-stream,reset',
    );
  });

  it('has the deadline of reads or of writes, for callers that name none and for those that name a longer one', () => {
    expect(routeOf({ readOnly: true })).toMatchObject({
      route: { max_stream_duration: { max_stream_duration: '1s', grpc_timeout_header_max: '1s' } },
    });
    expect(routeOf({ readOnly: false })).toMatchObject({
      route: { max_stream_duration: { max_stream_duration: '3s', grpc_timeout_header_max: '3s' } },
    });
  });

  it('lets a stream live long and in silence, but not for ever, and never repeats it', () => {
    const route = routeOf({ streaming: true, repeatable: true, readOnly: true });
    expect(route).toMatchObject({ route: { max_stream_duration: { max_stream_duration: '60s' }, idle_timeout: '0s' } });
    expect(route?.['route']).not.toHaveProperty('retry_policy');
  });
});

describe('the routes', () => {
  it('end with one that catches everything, opens to nobody and leads nowhere', () => {
    const last = routesOf(plain).at(-1);
    expect(last).toMatchObject({ match: { prefix: '/' }, route: { cluster: nowhere } });
    expect(last).not.toHaveProperty('typed_per_filter_config');
  });

  it('have no prefix but that one, so that no method is open by the name of another', () => {
    const open = routesOf(plain, { ...plain, rpc: `${plain.rpc}Again` }).slice(0, -1);
    expect(open.every((route) => 'path' in route.match)).toBe(true);
  });
});

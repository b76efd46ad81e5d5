import { describe, expect, it } from '@jest/globals';
import { methodRules } from './method-rules.ts';
import { compile } from './testing/workspace.ts';

/** One method with these options, between these messages. */
const contract = (options: string, messages = 'message PingRequest {} message Pong {}'): Readonly<Record<string, string>> => ({
  'ping/v1/ping_service.proto': `syntax = "proto3";
package shopverse.ping.v1;
import "google/api/annotations.proto";
import "shopverse/access/v1/access.proto";
service PingService { rpc Ping(PingRequest) returns (Pong) { ${options} } }
${messages}`,
});

const rulesOf = async (...args: Parameters<typeof contract>) => methodRules(await compile(contract(...args)));

const access = (rule: string): string => `option (shopverse.access.v1.access) = { ${rule} };`;
const route = 'option (google.api.http) = { get: "/v1/ping/{id}" };';
const path = '/shopverse.ping.v1.PingService/Ping';

describe('methodRules', () => {
  it('tells access, idempotency, route and messages of a method', async () => {
    const options = [
      access('level: LEVEL_ROLES, roles: [ROLE_ADMIN, ROLE_CUSTOMER]'),
      'option (shopverse.access.v1.idempotency_key) = IDEMPOTENCY_KEY_REQUIRED;',
      'option (google.api.http) = { post: "/v1/ping:now" body: "*" };',
      'option idempotency_level = IDEMPOTENT;',
    ];
    expect(await rulesOf(options.join('\n'))).toEqual({
      [path]: {
        access: { level: 'ROLES', roles: ['ADMIN', 'CUSTOMER'], callers: [] },
        idempotencyKey: 'REQUIRED',
        idempotency: 'IDEMPOTENT',
        http: { method: 'POST', path: '/v1/ping:now', body: '*' },
        request: 'shopverse.ping.v1.PingRequest',
        response: 'shopverse.ping.v1.Pong',
        requestStream: false,
        responseStream: false,
      },
    });
  });

  it('tells who may call an internal method', async () => {
    const rules = await rulesOf(access('level: LEVEL_INTERNAL, callers: ["ping"]'));
    expect(rules[path]?.access).toEqual({ level: 'INTERNAL', roles: [], callers: ['ping'] });
    expect(rules[path]).not.toHaveProperty('http');
  });

  it.each([
    ['a method without an access option', route, /Ping has no access level/],
    ['an unspecified level', `${access('roles: [ROLE_ADMIN]')} ${route}`, /Ping has no access level/],
    ['roles that are missing', `${access('level: LEVEL_ROLES')} ${route}`, /LEVEL_ROLES and roles go together/],
    ['roles without LEVEL_ROLES', `${access('level: LEVEL_PUBLIC, roles: [ROLE_ADMIN]')} ${route}`, /LEVEL_ROLES and roles go together/],
    ['a role nobody has', `${access('level: LEVEL_ROLES, roles: [ROLE_UNSPECIFIED]')} ${route}`, /ROLE_UNSPECIFIED, which nobody can have/],
    ['callers that are missing', access('level: LEVEL_INTERNAL'), /LEVEL_INTERNAL and callers go together/],
    ['callers of an open method', `${access('level: LEVEL_PUBLIC, callers: ["ping"]')} ${route}`, /LEVEL_INTERNAL and callers go together/],
    ['a caller that is no service', access('level: LEVEL_INTERNAL, callers: ["pong"]'), /"pong", but there is no such service/],
    ['an open method without a route', access('level: LEVEL_PUBLIC'), /PUBLIC, but has no google.api.http route/],
    [
      'an internal method with a route',
      `${access('level: LEVEL_INTERNAL, callers: ["ping"]')} ${route}`,
      /INTERNAL, but has a google.api.http/,
    ],
    [
      'a second route of one method',
      `${access('level: LEVEL_PUBLIC')} option (google.api.http) = { get: "/v1/a" additional_bindings { get: "/v1/b" } };`,
      /a route is one of/,
    ],
  ])('refuses %s', async (_, options, sentence) => {
    await expect(rulesOf(options)).rejects.toThrow(sentence);
  });

  it('refuses a map in a message the edge would transcode, however deep', async () => {
    const messages = 'message PingRequest {} message Pong { repeated Inner inner = 1; } message Inner { map<string, string> labels = 1; }';
    await expect(rulesOf(`${access('level: LEVEL_PUBLIC')} ${route}`, messages)).rejects.toThrow(/Inner\.labels is a map/);
  });

  it('refuses two methods with one route', async () => {
    const twice = Object.values(contract(`${access('level: LEVEL_PUBLIC')} ${route}`)).map((text) =>
      text.replace(/rpc Ping(.*) \}$/m, (rpc, rest: string) => `${rpc.slice(0, -1)} rpc Pong2${rest.replace('{id}', '{name}')} }`),
    );
    await expect(compile({ 'ping/v1/ping_service.proto': twice.join('') }).then(methodRules)).rejects.toThrow(
      /same route as .*: GET \/v1\/ping\/\{\}/,
    );
  });
});

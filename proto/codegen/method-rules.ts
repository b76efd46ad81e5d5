import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import type { DescMethod } from '@bufbuild/protobuf';
import type { MethodRule, Role } from '../runtime/method-rule.ts';
import { methodsOf, pathOf, reachableFrom, servicesOf } from './contracts.ts';
import type { Contracts } from './contracts.ts';
import { GenerationError } from './generation-error.ts';
import { accessOption, httpOption, idempotencyKeyOption } from './options.ts';

/** Writes gen/method-rules.ts: access, idempotency and route of every method. Throws GenerationError when a method's options don't fit together. */
export function generateMethodRules(contracts: Contracts): string {
  const rules = methodRules(contracts);
  return [
    '// Generated from the options of the methods in proto/shopverse. Do not edit.',
    "import type { MethodRule } from '../runtime/method-rule.ts'",
    "export type { AccessLevel, MethodRule, Role } from '../runtime/method-rule.ts'",
    '',
    '/** The rule of every method, by its gRPC path. */',
    `export const methodRules: Readonly<Record<string, MethodRule>> = ${JSON.stringify(rules, undefined, 2)}`,
    '',
  ].join('\n');
}

/** The rules, by gRPC path. */
export function methodRules(contracts: Contracts): Record<string, MethodRule> {
  const rules: Record<string, MethodRule> = {};
  const routes = new Map<string, string>();
  for (const method of methodsOf(contracts)) {
    const path = pathOf(method);
    const rule = methodRule(contracts, method, path);
    rules[path] = rule;
    if (rule.http === undefined) continue;
    refuseMaps(method, path);
    const route = `${rule.http.method} ${rule.http.path.replaceAll(/\{[^}]*\}/g, '{}')}`;
    const other = routes.get(route);
    if (other !== undefined) throw new GenerationError(`${path} has the same route as ${other}: ${route}. Give one of them another path.`);
    routes.set(route, path);
  }
  return rules;
}

function methodRule(contracts: Contracts, method: DescMethod, path: string): MethodRule {
  const access = accessRule(contracts, method, path);
  const http = route(contracts, method, path);
  if (access.level === 'INTERNAL' && http) {
    throw new GenerationError(`${path} is INTERNAL, but has a google.api.http route. Remove the route, or open the method.`);
  }
  if (access.level !== 'INTERNAL' && !http) {
    throw new GenerationError(`${path} is ${access.level}, but has no google.api.http route. Add one, or make the method INTERNAL.`);
  }
  return {
    access,
    idempotencyKey: (['NONE', 'OPTIONAL', 'REQUIRED'] as const)[idempotencyKeyOption(contracts, method)] ?? 'NONE',
    idempotency: idempotencyLevels[method.idempotency],
    ...(http && { http }),
    request: method.input.typeName,
    response: method.output.typeName,
    requestStream: method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming',
    responseStream: method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming',
  };
}

const idempotencyLevels = {
  [MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN]: 'UNKNOWN',
  [MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS]: 'NO_SIDE_EFFECTS',
  [MethodOptions_IdempotencyLevel.IDEMPOTENT]: 'IDEMPOTENT',
} as const;

const levels = { LEVEL_PUBLIC: 'PUBLIC', LEVEL_SIGNED_IN: 'SIGNED_IN', LEVEL_ROLES: 'ROLES', LEVEL_INTERNAL: 'INTERNAL' } as const;
const roles: Readonly<Record<string, Role>> = { ROLE_CUSTOMER: 'CUSTOMER', ROLE_ADMIN: 'ADMIN' };

/** The workload whose certificate people who run the shop use. */
const OPERATOR = 'operator';

function accessRule(contracts: Contracts, method: DescMethod, path: string): MethodRule['access'] {
  const option = accessOption(contracts, method);
  const level = levels[option?.level as keyof typeof levels];
  if (option === undefined || level === undefined) {
    throw new GenerationError(`${path} has no access level. Add option (shopverse.access.v1.access) to it.`);
  }
  const { callers = [] } = option;
  const allowed = (option.roles ?? []).map((name) => {
    const role = roles[name];
    if (role === undefined) throw new GenerationError(`${path} names the role ${name}, which nobody can have.`);
    return role;
  });
  if ((level === 'ROLES') !== allowed.length > 0) throw new GenerationError(`${path}: LEVEL_ROLES and roles go together; it has one only.`);
  if ((level === 'INTERNAL') !== callers.length > 0) {
    throw new GenerationError(`${path}: LEVEL_INTERNAL and callers go together; it has one only.`);
  }
  const workloads = new Set([OPERATOR, ...servicesOf(contracts).map((service) => service.file.name.split('/')[1])]);
  const unknown = callers.find((caller) => !workloads.has(caller));
  if (unknown !== undefined) throw new GenerationError(`${path} names the caller "${unknown}", but there is no such service.`);
  return { level, roles: allowed, callers };
}

function route(contracts: Contracts, method: DescMethod, path: string): MethodRule['http'] {
  const option = httpOption(contracts, method);
  if (option === undefined) return undefined;
  const verbs = ['get', 'put', 'post', 'delete', 'patch'] as const;
  const verb = verbs.find((candidate) => option[candidate] !== undefined);
  if (verb === undefined || option.additionalBindings !== undefined || option.responseBody !== undefined) {
    throw new GenerationError(
      `${path}: a route is one of get, put, post, delete and patch, without additional_bindings and response_body.`,
    );
  }
  return { method: verb.toUpperCase() as Uppercase<typeof verb>, path: option[verb] ?? '', body: option.body ?? '' };
}

/** Maps are left out of what the edge transcodes: their entries' order is undefined, and a missing key or value crashes Envoy's transcoder. */
function refuseMaps(method: DescMethod, path: string): void {
  for (const message of [...reachableFrom(method.input), ...reachableFrom(method.output)]) {
    const map = message.fields.find((field) => field.fieldKind === 'map');
    if (map)
      throw new GenerationError(`${path} has a route, but ${message.typeName}.${map.name} is a map. Use a list of key-value messages.`);
  }
}

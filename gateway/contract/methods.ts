import { getOption, hasOption, toJson, type DescExtension, type DescMethod, type FileRegistry } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as Idempotency } from '@bufbuild/protobuf/wkt';
import { z } from 'zod';
import { ContractError } from './contract-error.ts';

/** Who may call a method: the contract's access option, in the words of the tokens' `role` claim. */
export type Access =
  { readonly level: 'PUBLIC' | 'SIGNED_IN' | 'INTERNAL' } | { readonly level: 'ROLES'; readonly roles: readonly [string, ...string[]] };

/** One way to a method over REST. */
export interface RestRule {
  /** `GET` */
  readonly verb: string;
  /** google.api.http's path template: `/v1/orders/{id}:cancel`. */
  readonly template: string;
}

/** Classes of methods, by how often one client may call them. */
export type Pace = 'READ' | 'WRITE' | 'CREDENTIALS';

/** What the edge needs to know of one method of the contracts. */
export interface Method {
  /** `shopverse.order.v1.OrderService`. */
  readonly service: string;
  /** `shopverse.order.v1.OrderService/CreateOrder`; with a slash before it, the path of its gRPC requests. */
  readonly rpc: string;
  /** The workload that serves it: `order`. */
  readonly upstream: string;
  readonly access: Access;
  /** NO_SIDE_EFFECTS: it only reads. */
  readonly readOnly: boolean;
  /** NO_SIDE_EFFECTS or IDEMPOTENT: calling it twice is as good as once, so a failed try may be repeated. */
  readonly repeatable: boolean;
  readonly streaming: boolean;
  /** Where it is over REST; nowhere when it is internal. */
  readonly rest: readonly RestRule[];
  /** A public read of a resource with an etag: whoever has it can ask whether it is still the same (If-None-Match). */
  readonly conditional: boolean;
  /** How often one client may call it, by class. */
  readonly pace: Pace;
}

const accessRule = z.object({
  level: z.enum(['LEVEL_PUBLIC', 'LEVEL_SIGNED_IN', 'LEVEL_ROLES', 'LEVEL_INTERNAL']),
  roles: z.array(z.string().startsWith('ROLE_')).default([]),
});

/** Every method of every service in `shopverse.*`, in the order of the files. Throws ContractError for one that can't be guarded as it is. */
export function listMethods(registry: FileRegistry): Method[] {
  const accessOption = extension(registry, 'shopverse.access.v1.access');
  const paceOption = extension(registry, 'shopverse.access.v1.pace');
  const restOption = extension(registry, 'google.api.http');
  return [...registry.files]
    .filter((file) => file.proto.package.startsWith('shopverse.'))
    .flatMap((file) => file.services.flatMap((service) => service.methods))
    .map((method) => describeMethod(method, { access: accessOption, rest: restOption, pace: paceOption }, registry));
}

function describeMethod(method: DescMethod, options: Record<'access' | 'rest' | 'pace', DescExtension>, registry: FileRegistry): Method {
  const rpc = `${method.parent.typeName}/${method.name}`;
  const access = readAccess(rpc, method, options.access, registry);
  const hasRest = hasOption(method, options.rest);
  if (access.level === 'INTERNAL' && hasRest)
    throw new ContractError(`${rpc} is internal and has a REST path; take its google.api.http option away.`);
  if (access.level !== 'INTERNAL' && !hasRest)
    throw new ContractError(`${rpc} is not internal and has no REST path; give it a google.api.http option.`);
  return {
    service: method.parent.typeName,
    rpc,
    upstream: workloadOf(method.parent.file.proto.package),
    access,
    readOnly: method.idempotency === Idempotency.NO_SIDE_EFFECTS,
    repeatable: method.idempotency !== Idempotency.IDEMPOTENCY_UNKNOWN,
    streaming: method.methodKind !== 'unary',
    rest: readRest(method, options.rest, registry),
    conditional: access.level === 'PUBLIC' && isConditional(method),
    pace: readPace(method, options.pace),
  };
}

const verbs = ['get', 'put', 'post', 'delete', 'patch'] as const;
const httpRule = z.object(
  Object.fromEntries(verbs.map((verb) => [verb, z.string().optional()])) as Record<(typeof verbs)[number], z.ZodOptional<z.ZodString>>,
);
const httpRules = httpRule.extend({ additionalBindings: z.array(httpRule).default([]) });

function readRest(method: DescMethod, option: DescExtension, registry: FileRegistry): RestRule[] {
  if (!hasOption(method, option) || option.message === undefined) return [];
  const { additionalBindings, ...first } = httpRules.parse(toJson(option.message, getOption(method, option) as never, { registry }));
  return [first, ...additionalBindings].flatMap((rule) =>
    verbs.flatMap((verb) => (rule[verb] === undefined ? [] : [{ verb: verb.toUpperCase(), template: rule[verb] }])),
  );
}

/** AIP-154: the resource has an etag. */
const isConditional = ({ idempotency, methodKind, output }: DescMethod): boolean =>
  idempotency === Idempotency.NO_SIDE_EFFECTS && methodKind === 'unary' && output.fields.some(({ name }) => name === 'etag');

const paces: readonly (Pace | undefined)[] = [undefined, 'READ', 'WRITE', 'CREDENTIALS'];

/** What the contract says; silent, it follows from what the method does. */
function readPace(method: DescMethod, option: DescExtension): Pace {
  const stated = hasOption(method, option) ? paces[Number(getOption(method, option))] : undefined;
  return stated ?? (method.idempotency === Idempotency.NO_SIDE_EFFECTS ? 'READ' : 'WRITE');
}

function readAccess(rpc: string, method: DescMethod, option: DescExtension, registry: FileRegistry): Access {
  const stated =
    hasOption(method, option) && option.message ? toJson(option.message, getOption(method, option) as never, { registry }) : undefined;
  const rule = accessRule.safeParse(stated);
  if (!rule.success) throw new ContractError(`${rpc} does not say who may call it; give it the option (shopverse.access.v1.access).`);
  const [first, ...others] = rule.data.roles.map((role) => role.slice('ROLE_'.length));
  const level = rule.data.level.slice('LEVEL_'.length) as Access['level'];
  if (level !== 'ROLES') return { level };
  if (first === undefined) throw new ContractError(`${rpc} is open to roles but names none; add roles to its access option.`);
  return { level, roles: [first, ...others] };
}

/** `shopverse.order.v1` is served by the workload `order`. */
function workloadOf(protoPackage: string): string {
  return protoPackage.split('.')[1] ?? '';
}

function extension(registry: FileRegistry, name: string): DescExtension {
  const found = registry.getExtension(name);
  if (found === undefined) throw new ContractError(`The descriptor set lacks the option ${name}; build it with its imports.`);
  return found;
}

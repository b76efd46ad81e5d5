import type { DescEnumValue } from '@bufbuild/protobuf';
import { httpStatus } from '../../runtime/http-status.ts';
import { pathOf, type Contracts } from '../contracts.ts';
import { GenerationError } from '../generation-error.ts';
import { codeOption } from '../options.ts';
import { commentOf } from './comments.ts';
import type { RestMethod } from './rest-methods.ts';

/** One reason a call can be refused for, as clients over REST see it. */
export interface RestError {
  readonly reason: string;
  /** gRPC status code. */
  readonly code: number;
  /** HTTP statuses it comes with. */
  readonly statuses: readonly number[];
  readonly description: string;
}

/** What can befall any call at the edge or on its way. */
const always = ['INVALID_TOKEN', 'MALFORMED_REQUEST', 'REQUEST_TOO_LARGE', 'ROUTE_NOT_FOUND', 'RATE_LIMITED', 'OVERLOADED', 'DEPENDENCY_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE', 'DEADLINE_EXCEEDED', 'INTERNAL']; // prettier-ignore

/** HTTP statuses that say more than the one of the gRPC status. */
const finer: Readonly<Record<string, readonly number[]>> = { REQUEST_TOO_LARGE: [413, 431], DEADLINE_EXCEEDED: [408, 504] };

/** Every reason of the contract, by its name without the prefix. */
export function restErrors(contracts: Contracts): ReadonlyMap<string, RestError> {
  const values = contracts.registry.getEnum('shopverse.errors.v1.Reason')?.values.filter(({ number }) => number !== 0) ?? [];
  return new Map(values.map((value) => [value.name.slice('REASON_'.length), restError(contracts, value)]));
}

function restError(contracts: Contracts, value: DescEnumValue): RestError {
  const reason = value.name.slice('REASON_'.length);
  const code = codeOption(contracts, value);
  return { reason, code, statuses: finer[reason] ?? [httpStatus(code)], description: commentOf(value) };
}

/** The reasons a method's comment names after "Errors:". */
export function namedReasons(method: RestMethod): readonly string[] {
  const [, names = ''] = /\bErrors:\s*([A-Z0-9_,\s]+)/.exec(commentOf(method.desc)) ?? [];
  return names.split(/[,\s]+/).filter((name) => name !== '');
}

/** Every reason a method can be refused for. Throws GenerationError when its comment names one that is none. */
export function errorsOf(method: RestMethod, errors: ReadonlyMap<string, RestError>): RestError[] {
  const { rule, desc } = method;
  const reasons = new Set([
    ...namedReasons(method),
    ...always,
    ...(rule.access.level === 'PUBLIC' ? [] : ['UNAUTHENTICATED']),
    ...(rule.access.level === 'ROLES' ? ['ROLE_NOT_ALLOWED'] : []),
    ...(desc.input.fields.length > 0 || rule.idempotencyKey !== 'NONE' ? ['INVALID_REQUEST'] : []),
    ...(desc.input.fields.some(({ name }) => name === 'page_token') ? ['INVALID_PAGE_TOKEN'] : []),
    ...(rule.idempotencyKey === 'NONE' ? [] : ['IDEMPOTENCY_KEY_REUSED']),
    ...(rule.idempotencyKey === 'REQUIRED' ? ['IDEMPOTENCY_KEY_REQUIRED'] : []),
    ...(rule.idempotency === 'NO_SIDE_EFFECTS' ? [] : ['CONCURRENT_CHANGE']),
  ]);
  return [...reasons].map((reason) => {
    const error = errors.get(reason);
    if (error === undefined)
      throw new GenerationError(`${pathOf(desc)} names the error ${reason}, which shopverse.errors.v1.Reason does not have. Add it to reason.proto.`); // prettier-ignore
    return error;
  });
}

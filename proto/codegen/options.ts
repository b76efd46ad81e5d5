import { getOption, hasOption, toJson } from '@bufbuild/protobuf';
import type { DescEnumValue, DescMessage, DescMethod } from '@bufbuild/protobuf';
import type { Contracts } from './contracts.ts';

/** shopverse.access.v1.AccessRule in Protobuf's JSON; enum values by their names, empty fields left out. */
export interface AccessOption {
  readonly level?: string;
  readonly roles?: readonly string[];
  readonly callers?: readonly string[];
}

/** google.api.HttpRule, as far as the shop uses it. */
export interface HttpOption {
  readonly get?: string;
  readonly put?: string;
  readonly post?: string;
  readonly delete?: string;
  readonly patch?: string;
  readonly custom?: object;
  readonly body?: string;
  readonly responseBody?: string;
  readonly additionalBindings?: readonly object[];
}

/** shopverse.events.v1.EventRule. */
export interface EventOption {
  readonly topic?: string;
  readonly aggregate?: string;
  readonly key?: string;
}

export const accessOption = (contracts: Contracts, method: DescMethod): AccessOption | undefined =>
  read<AccessOption>(contracts, method, 'shopverse.access.v1.access');

export const httpOption = (contracts: Contracts, method: DescMethod): HttpOption | undefined =>
  read<HttpOption>(contracts, method, 'google.api.http');

export const eventOption = (contracts: Contracts, message: DescMessage): EventOption | undefined =>
  read<EventOption>(contracts, message, 'shopverse.events.v1.event');

/** The number of shopverse.access.v1.IdempotencyKey; 0 when the method says nothing. */
export const idempotencyKeyOption = (contracts: Contracts, method: DescMethod): number =>
  readNumber(contracts, method, 'shopverse.access.v1.idempotency_key');

/** The gRPC status code of a reason; 0 when it has none. */
export const codeOption = (contracts: Contracts, value: DescEnumValue): number => readNumber(contracts, value, 'shopverse.errors.v1.code');

function read<Shape>(contracts: Contracts, element: DescMethod | DescMessage, name: string): Shape | undefined {
  const extension = contracts.registry.getExtension(name);
  if (extension?.message === undefined || !hasOption(element, extension)) return undefined;
  const value = getOption(element, extension) as Parameters<typeof toJson>[1];
  // The shapes above are what these options' messages look like in JSON.
  return toJson(extension.message, value, { registry: contracts.registry }) as Shape;
}

function readNumber(contracts: Contracts, element: DescMethod | DescEnumValue, name: string): number {
  const extension = contracts.registry.getExtension(name);
  return extension === undefined ? 0 : Number(getOption(element, extension));
}

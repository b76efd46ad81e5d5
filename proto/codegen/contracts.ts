import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import type { DescFile, DescMessage, DescMethod, DescService, FileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

/** The compiled contracts, for the generators. */
export interface Contracts {
  /** All files, those of other publishers included. */
  readonly registry: FileRegistry;
  /** The shop's own files, in the order of their names. */
  readonly files: readonly DescFile[];
}

/** Reads a google.protobuf.FileDescriptorSet. Files below `own` count as the shop's. */
export function readContracts(descriptors: Uint8Array, own = 'shopverse/'): Contracts {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors));
  const files = [...registry.files].filter((file) => file.name.startsWith(own)).sort((a, b) => (a.name < b.name ? -1 : 1));
  return { registry, files };
}

export const servicesOf = (contracts: Contracts): readonly DescService[] => contracts.files.flatMap((file) => file.services);

export const methodsOf = (contracts: Contracts): readonly DescMethod[] => servicesOf(contracts).flatMap((service) => service.methods);

/** The path of a method in gRPC's :path, for example "/shopverse.order.v1.OrderService/CreateOrder". */
export const pathOf = (method: DescMethod): string => `/${method.parent.typeName}/${method.name}`;

/** `message` and every message its fields lead to, each once. */
export function reachableFrom(message: DescMessage, seen = new Set<DescMessage>()): Set<DescMessage> {
  if (seen.has(message)) return seen;
  seen.add(message);
  for (const field of message.fields) if (field.message) reachableFrom(field.message, seen);
  return seen;
}

/** All messages of the shop's files, nested ones included. */
export function messagesOf(contracts: Contracts): readonly DescMessage[] {
  const withNested = (message: DescMessage): DescMessage[] => [message, ...message.nestedMessages.flatMap(withNested)];
  return contracts.files.flatMap((file) => file.messages.flatMap(withNested));
}

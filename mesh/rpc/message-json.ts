import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createFileRegistry, fromBinary, toJson, type JsonValue } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

/**
 * Writes a message of the contracts as proto3 JSON, empty fields included: what the edge makes of it over REST.
 *
 * @param typeName full name of the message: `shopverse.order.v1.Order`
 * @param bytes the message, encoded
 */
export type MessageJson = (typeName: string, bytes: Uint8Array) => JsonValue;

/** Reads the contracts' descriptors; once, when a process starts. */
export async function openMessageJson(): Promise<MessageJson> {
  const descriptors = await readFile(fileURLToPath(import.meta.resolve('@shopverse/contracts/descriptors.binpb')));
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors));
  return (typeName, bytes) => {
    const schema = registry.getMessage(typeName);
    if (schema === undefined) throw new Error(`The contracts know no ${typeName}.`);
    return toJson(schema, fromBinary(schema, bytes), { registry, alwaysEmitImplicit: true });
  };
}

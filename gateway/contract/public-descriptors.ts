import { create, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema, type FileDescriptorSet } from '@bufbuild/protobuf/wkt';
import type { Method } from './methods.ts';

/**
 * The descriptor set without the internal methods, for the transcoder. It offers services, not methods; what is not in its descriptors
 * it can't be talked into.
 */
export function withoutInternalMethods(set: FileDescriptorSet, methods: readonly Method[]): Uint8Array {
  const internal = new Set(methods.filter((method) => method.access.level === 'INTERNAL').map((method) => method.rpc));
  const file = set.file.map((one) => ({
    ...one,
    service: one.service
      .map((service) => ({
        ...service,
        method: service.method.filter((method) => !internal.has(`${one.package}.${service.name}/${method.name}`)),
      }))
      .filter((service) => service.method.length > 0),
  }));
  return toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file }));
}

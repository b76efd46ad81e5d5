import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clone, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema, type FileDescriptorSet, type MethodDescriptorProto } from '@bufbuild/protobuf/wkt';
import { describe, type Descriptors } from '../contract/descriptors.ts';

const repository = join(import.meta.dirname, '../..');
const modules = { version: 'v2', modules: [{ path: 'proto' }, { path: 'gateway/testing/contract' }] };

/** Compiles the contract in testing/contract with the product's own options, and gives its descriptors alone (and what they import). */
export async function gardenDescriptors(): Promise<Descriptors> {
  const { stdout } = await promisify(execFile)(
    join(repository, 'node_modules/.bin/buf'),
    ['build', '--config', JSON.stringify(modules), '--as-file-descriptor-set', '--exclude-source-info', '--output', '-#format=binpb'],
    { cwd: repository, encoding: 'buffer', timeout: 30_000 },
  );
  const set = fromBinary(FileDescriptorSetSchema, new Uint8Array(stdout));
  set.file = set.file.filter((file) => file.service.length === 0 || file.package === 'shopverse.garden.v1');
  return describe(set);
}

/** The same contract after a change to one of its methods. */
export function withChangedMethod({ set }: Descriptors, name: string, change: (method: MethodDescriptorProto) => void): Descriptors {
  const changed: FileDescriptorSet = clone(FileDescriptorSetSchema, set);
  const method = changed.file.flatMap((file) => file.service).flatMap((service) => service.method).find((one) => one.name === name); // prettier-ignore
  if (method === undefined) throw new Error(`There is no method ${name} in the contract`);
  change(method);
  return describe(changed);
}

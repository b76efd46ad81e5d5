import { readFile } from 'node:fs/promises';
import { createFileRegistry, fromBinary, type FileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema, type FileDescriptorSet } from '@bufbuild/protobuf/wkt';
import { ContractError } from './contract-error.ts';

/** The contracts as the compiler left them, and the same to look things up in. */
export interface Descriptors {
  readonly set: FileDescriptorSet;
  readonly registry: FileRegistry;
}

/**
 * Files the transcoder needs beyond the services' own: without them it answers an error that has details with an empty body.
 */
const neededForErrors = ['google.rpc.Status', 'google.rpc.ErrorInfo'];

/** Reads a binary google.protobuf.FileDescriptorSet with its imports. Throws ContractError when the file is missing or is none. */
export async function readDescriptors(file: string): Promise<Descriptors> {
  const bytes = await readFile(file).catch(() => {
    throw new ContractError(`There are no descriptors at ${file}: generate the contracts first (npm run generate).`);
  });
  try {
    return describe(fromBinary(FileDescriptorSetSchema, bytes));
  } catch (error) {
    if (error instanceof ContractError) throw error;
    throw new ContractError(`${file} is no complete descriptor set of the contracts; generate them again (npm run generate).`);
  }
}

/** The same for a set that is in memory. */
export function describe(set: FileDescriptorSet): Descriptors {
  const registry = createFileRegistry(set);
  const missing = neededForErrors.filter((name) => registry.getMessage(name) === undefined);
  if (missing.length > 0) throw new ContractError(`The descriptor set lacks ${missing.join(' and ')}; build it with its imports.`);
  return { set, registry };
}

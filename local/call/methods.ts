import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createFileRegistry, fromBinary, type FileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { loadFileDescriptorSetFromBuffer } from '@grpc/proto-loader';
import { DISCOVERY } from '@shopverse/mesh/discovery/instance/workload';
import { StackError } from '../stack-error.ts';

/** A method that can be called without its generated code. */
export interface DynamicMethod {
  /** `shopverse.product.v1.ProductService/GetProduct` */
  readonly name: string;
  /** The workload that serves it: `product`. */
  readonly workload: string;
  readonly responseStream: boolean;
  /** Full names of the messages. */
  readonly request: string;
  readonly response: string;
}

/** All methods of the contracts, and the types that their JSON needs. */
export interface Methods {
  readonly registry: FileRegistry;
  readonly all: readonly DynamicMethod[];
}

/** Reads the contracts' services from their descriptors with @grpc/proto-loader. @throws StackError when the contracts were not generated */
export async function readMethods(): Promise<Methods> {
  const bytes = await readFile(fileURLToPath(import.meta.resolve('@shopverse/contracts/descriptors.binpb'))).catch((cause: unknown) => {
    throw new StackError('The contracts have no descriptors: generate them with npm run generate.', { cause });
  });
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes));
  const all = Object.entries(loadFileDescriptorSetFromBuffer(bytes)).flatMap(([service, definition]) => {
    const described = registry.getService(service);
    const domain = /^shopverse\.(\w+)\.v\d+\./.exec(service)?.[1];
    const workload = domain === 'mesh' ? DISCOVERY : domain;
    if (described === undefined || workload === undefined) return [];
    return Object.values(definition as object as Record<string, { readonly path: string; readonly responseStream: boolean }>).flatMap(
      ({ path, responseStream }) => {
        const method = described.methods.find(({ name }) => path.endsWith(`/${name}`));
        if (method === undefined || method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming') return [];
        return [{ name: path.slice(1), workload, responseStream, request: method.input.typeName, response: method.output.typeName }];
      },
    );
  });
  return { registry, all: all.toSorted((a, b) => a.name.localeCompare(b.name)) };
}

/**
 * The method that is meant: `shopverse.product.v1.ProductService/GetProduct`, or any end of it that is one method's alone (`product.v1.ProductService/GetProduct`,
 * `ProductService/GetProduct`, `GetProduct`).
 *
 * @throws StackError that names those it could be
 */
export function findMethod(all: readonly DynamicMethod[], wanted: string): DynamicMethod {
  const path = wanted.replace(/^\//, '');
  const found = all.filter(({ name }) => name === path || name.endsWith(`.${path}`) || name.endsWith(`/${path}`));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (found.length > 1) throw new StackError(`${wanted} could be ${found.map(({ name }) => name).join(' or ')}.`);
  const like = completions(all, path);
  throw new StackError(
    like.length === 0
      ? `There is no method ${wanted}: npx shopverse call --list shows all.`
      : `There is no method ${wanted}; did you mean ${like.slice(0, 5).join(', ')}?`,
  );
}

/** Names of the methods in which a word stands, whatever its case: for a person or a shell that completes it. */
export function completions(all: readonly DynamicMethod[], word: string): string[] {
  const wanted = word.toLowerCase();
  return all.map(({ name }) => name).filter((name) => name.toLowerCase().includes(wanted));
}

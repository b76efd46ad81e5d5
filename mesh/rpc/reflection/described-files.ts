import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createFileRegistry, fromBinary, toBinary, type DescFile, type FileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

/** Where the generation puts the contracts' descriptors. */
const DESCRIPTORS = fileURLToPath(import.meta.resolve('@shopverse/contracts/descriptors.binpb'));

/** The contracts' files as descriptors: what reflection tells of them. */
export class DescribedFiles {
  readonly registry: FileRegistry;

  constructor(descriptorSet: Uint8Array) {
    this.registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptorSet));
  }

  /** @throws when the contracts were not generated */
  static async read(): Promise<DescribedFiles> {
    return new DescribedFiles(await readFile(DESCRIPTORS));
  }

  /** A file and all that it imports, each as the bytes of its descriptor, what is imported behind what imports it; undefined when there is no such file. */
  byName(name: string): Uint8Array[] | undefined {
    const file = this.registry.getFile(name);
    return file === undefined ? undefined : withImports(file);
  }

  /** The file that declares a service, a method, a message, an enum or an extension, as `byName`. */
  bySymbol(symbol: string): Uint8Array[] | undefined {
    // A method is named below its service.
    const declared = this.registry.get(symbol) ?? this.registry.getService(symbol.slice(0, Math.max(0, symbol.lastIndexOf('.'))));
    return declared === undefined ? undefined : withImports(declared.file);
  }

  /** The file that declares the extension of a message by its number, as `byName`. */
  byExtension(message: string, number: number): Uint8Array[] | undefined {
    const extended = this.registry.getMessage(message);
    const extension = extended === undefined ? undefined : this.registry.getExtensionFor(extended, number);
    return extension === undefined ? undefined : withImports(extension.file);
  }

  /** Numbers of all extensions of a message; undefined when there is no such message. */
  extensionNumbers(message: string): number[] | undefined {
    if (this.registry.getMessage(message) === undefined) return undefined;
    const numbers = [...this.registry].flatMap((type) =>
      type.kind === 'extension' && type.extendee.typeName === message ? [type.number] : [],
    );
    return numbers.toSorted((a, b) => a - b);
  }
}

function withImports(file: DescFile): Uint8Array[] {
  const files = new Set([file]);
  for (const each of files) for (const imported of each.dependencies) files.add(imported);
  return [...files].map(({ proto }) => toBinary(FileDescriptorProtoSchema, proto));
}

import type { DescFile, DescMessage } from '@bufbuild/protobuf';

/** The name under which generated code imports the messages of a file: shopverse_order_v1_order_events. */
export const moduleAlias = (file: DescFile): string => file.name.replaceAll(/[^A-Za-z0-9]/g, '_');

/** The import of a file's messages into a module of gen/. */
export const moduleImport = (file: DescFile, kind: 'import' | 'import type' = 'import'): string =>
  `${kind} * as ${moduleAlias(file)} from ${JSON.stringify(`./${file.name}.ts`)}`;

/** The name ts-proto gives a message: nested ones are joined with "_". */
export const typeName = (message: DescMessage): string => (message.parent ? `${typeName(message.parent)}_${message.name}` : message.name);

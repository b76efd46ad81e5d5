import type { DescEnum, DescMessage } from '@bufbuild/protobuf';
import { isRequired } from './limits.ts';
import type { RestMethod } from './rest-methods.ts';

/** The messages and enums that clients meet, and by which name. */
export interface SchemaNames {
  /** Requests: what may be left out may be left out. In the order of the methods. */
  readonly inputs: ReadonlySet<DescMessage>;
  /** Answers: empty fields are written out. */
  readonly outputs: ReadonlySet<DescMessage>;
  readonly enums: ReadonlySet<DescEnum>;
  /** The name of a message's schema; with "Input" behind it where requests and answers have different ones. */
  readonly nameOf: (type: DescMessage | DescEnum, direction: Direction) => string;
}

/** Whether a message comes from the client or goes to it. */
export type Direction = 'input' | 'output';

/** Types that are no object of their own in proto3 JSON, or bytes as they are. */
export const wellKnown = (message: DescMessage): boolean =>
  message.typeName.startsWith('google.protobuf.') || message.typeName === 'google.api.HttpBody';

/** Collects what the methods' bodies, queries and answers are made of. */
export function schemaNames(methods: readonly RestMethod[]): SchemaNames {
  return namesOf({ inputs: methods.map(({ desc }) => desc.input), outputs: methods.map(({ desc }) => desc.output) });
}

/** Collects the messages given, and what they are made of. */
export function namesOf(roots: { readonly inputs: readonly DescMessage[]; readonly outputs: readonly DescMessage[] }): SchemaNames {
  const inputs = new Set<DescMessage>();
  const outputs = new Set<DescMessage>();
  const enums = new Set<DescEnum>();
  const collect = (message: DescMessage, into: Set<DescMessage>): void => {
    if (into.has(message) || wellKnown(message)) return;
    into.add(message);
    for (const field of message.fields) {
      if (field.enum) enums.add(field.enum);
      if (field.message) collect(field.message, into);
    }
  };
  for (const message of roots.inputs) collect(message, inputs);
  for (const message of roots.outputs) collect(message, outputs);
  return {
    inputs,
    outputs,
    enums,
    nameOf: (type, direction) => {
      const twofold = type.kind === 'message' && direction === 'input' && outputs.has(type);
      return `${shortName(type)}${twofold ? 'Input' : ''}`;
    },
  };
}

/** `shopverse.order.v1.Order` -> `order.Order`; `google.type.Money` -> `google.type.Money`. */
const shortName = ({ typeName }: DescMessage | DescEnum): string => typeName.replace(/^shopverse\.(\w+)\.v1\./, '$1.');

/** Whether a field of a message going this way is always there. */
export function isAlwaysThere(field: DescMessage['fields'][number], direction: Direction): boolean {
  if (direction === 'input') return isRequired(field);
  return field.oneof === undefined && !field.proto.proto3Optional && field.fieldKind !== 'message';
}

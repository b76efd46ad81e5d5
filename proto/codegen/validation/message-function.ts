import { getOption, hasOption } from '@bufbuild/protobuf';
import type { DescMessage } from '@bufbuild/protobuf';
import { message as messageOption, oneof as oneofOption } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import type { MessageOneofRule } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { GenerationError } from '../generation-error.ts';
import { moduleAlias, typeName } from '../module-names.ts';
import { fieldStatements } from './field-statements.ts';
import type { Scope } from './field-statements.ts';
import { isSet } from './presence.ts';

/** The name of the generated function for messages of this type. */
export const functionName = (message: DescMessage): string => `check_${message.typeName.replaceAll('.', '_')}`;

/** The type of the message in generated code. */
export const typeOf = (message: DescMessage): string => `${moduleAlias(message.file)}.${typeName(message)}`;

/** The source of the function that checks messages of this type. */
export function messageFunction(message: DescMessage, scope: Scope): string {
  const statements = messageStatements(message, scope);
  const parameter = statements.length > 0 ? 'message' : '_message';
  const head = `function ${functionName(message)}(${parameter}: ${typeOf(message)}, found: Found): Found {`;
  return [head, ...statements.map((line) => `  ${line}`), '  return found', '}', ''].join('\n');
}

/** The statements in that function; none when no rule applies. */
export function messageStatements(message: DescMessage, scope: Scope): string[] {
  const rules = hasOption(message, messageOption) ? getOption(message, messageOption) : undefined;
  if (rules && rules.cel.length + rules.celExpression.length > 0) {
    throw new GenerationError(
      `${message.typeName} has a CEL rule, which the generated validators don't know. See docs/guides/contracts.md.`,
    );
  }
  const alternatives = rules?.oneof ?? [];
  const inOneof = new Set(alternatives.flatMap(({ fields }) => fields));
  return [
    ...message.fields.flatMap((field) => fieldStatements(field, scope, inOneof.has(field.name))),
    ...alternatives.flatMap((rule) => oneofRule(message, rule)),
    ...message.oneofs
      .filter((oneof) => hasOption(oneof, oneofOption) && getOption(oneof, oneofOption).required)
      .map(({ localName, name }) => {
        const missing = `add(found, ${JSON.stringify(name)}, 'required', 'exactly one field is required in oneof')`;
        return `if (message.${localName} === undefined) found = ${missing}`;
      }),
  ];
}

function oneofRule(message: DescMessage, { fields, required }: MessageOneofRule): string[] {
  const sets = fields.map((name) => {
    const field = message.fields.find((candidate) => candidate.name === name);
    if (field === undefined) throw new GenerationError(`${message.typeName} names "${name}" in a oneof rule, but has no such field.`);
    return `Number(${isSet(field)})`;
  });
  const violation = (words: string): string => `found = add(found, '', 'message.oneof', ${JSON.stringify(words)})`;
  const names = fields.join(', ');
  return [
    '{',
    `const set = ${sets.join(' + ')}`,
    `if (set > 1) ${violation(`only one of ${names} can be set`)}`,
    ...(required ? [`if (set === 0) ${violation(`one of ${names} must be set`)}`] : []),
    '}',
  ];
}

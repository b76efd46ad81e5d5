import type { DescMessage } from '@bufbuild/protobuf';
import { methodsOf, reachableFrom } from './contracts.ts';
import type { Contracts } from './contracts.ts';
import { moduleImport } from './module-names.ts';
import { functionName, messageFunction, messageStatements, typeOf } from './validation/message-function.ts';

/** Functions the generated code may call, by the module of proto/runtime that has them. */
const helpers: Readonly<Record<string, readonly string[]>> = {
  'field-violation': ['add', 'count', 'within', 'withinItem'],
  host: ['isHostname', 'isIp', 'isIpv4', 'isIpv6'],
  text: ['codePoints', 'isEmail', 'isUuid'],
  time: ['isTimestamp', 'nanoseconds'],
  unique: ['isUnique'],
  uri: ['isUri'],
};

/**
 * Writes gen/validators.ts: the buf.validate rules of every request as plain code. Throws GenerationError for a rule it does not support, so
 * that nothing is unchecked in silence.
 */
export function generateValidators(contracts: Contracts): string {
  const requests = [...new Set(methodsOf(contracts).map((method) => method.input))];
  const reachable = new Set(requests.flatMap((request) => [...reachableFrom(request)]));
  const withRules = new Set([...reachable].filter((message) => canBreak(message)));
  const functionOf = (message: DescMessage): string | undefined => (withRules.has(message) ? functionName(message) : undefined);
  const scope = { functionOf, constants: new Set<string>() };
  const functions = [...withRules].map((message) => messageFunction(message, scope));
  const body = [
    ...scope.constants,
    '',
    ...functions,
    '/** A validator for every request message, by its full name. */',
    'export const validators: Readonly<Record<string, Validator>> = {',
    ...requests.map((request) => entry(request, functionOf(request))),
    '}',
    '',
  ].join('\n');
  return [
    '// Generated from the buf.validate rules in proto/shopverse. Do not edit.',
    ...[...new Set([...withRules].map((message) => message.file))].map((file) => moduleImport(file, 'import type')),
    ...Object.entries(helpers).flatMap(([module, names]) => {
      const used = names.filter((name) => body.includes(`${name}(`));
      return used.length > 0 ? [`import { ${used.join(', ')} } from '../runtime/${module}.ts'`] : [];
    }),
    "import { none } from '../runtime/field-violation.ts'",
    `import type { ${body.includes(': Found') ? 'Found, ' : ''}Validator } from '../runtime/field-violation.ts'`,
    "export type { FieldViolation, Validator } from '../runtime/field-violation.ts'",
    '',
    body,
  ].join('\n');
}

const entry = (request: DescMessage, check: string | undefined): string =>
  check === undefined
    ? `  ${JSON.stringify(request.typeName)}: () => none,`
    : `  ${JSON.stringify(request.typeName)}: (message: ${typeOf(request)}) => ${check}(message, undefined) ?? none,`;

/** Whether a message, or one it leads to, has a rule. */
const canBreak = (message: DescMessage): boolean =>
  [...reachableFrom(message)].some((inner) => messageStatements(inner, { functionOf: () => undefined, constants: new Set() }).length > 0);

import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { commentOf } from '../rest/comments.ts';
import { isRequired } from '../rest/limits.ts';
import type { RestMethod } from '../rest/rest-methods.ts';
import { wellKnown, type SchemaNames } from '../rest/schema-names.ts';
import { docs, header, placeOf, wellKnownType } from './client-types.ts';

/** The client's gen/services.ts: a function for every method, by service. */
export function servicesModule(methods: readonly RestMethod[], names: SchemaNames): string {
  const uses = new Set<string>();
  const services = [...new Set(methods.map(({ desc }) => desc.parent))].map((service) => {
    const functions = methods.filter(({ desc }) => desc.parent === service).map((method) => functionsOf(method, names, uses));
    return `${docs(commentOf(service), '  ')}  ${lowerFirst(service.name.replace(/Service$/, ''))}: {\n${functions.join('')}  },\n`;
  });
  return [
    header,
    "import type { CallOptions, Calls } from '../calls.ts';",
    ...[...uses].sort().map((module) => `import type * as ${alias(module)} from './${module}.ts';`),
    '',
    '/** Every method of the shop, by service. */',
    'export const shopServices = (calls: Calls) => ({',
    ...services,
    '});',
    '',
    '/** Every method of the shop, by service. */',
    'export type ShopServices = ReturnType<typeof shopServices>;',
    '',
  ].join('\n');
}

function functionsOf(method: RestMethod, names: SchemaNames, uses: Set<string>): string {
  const { desc, rule } = method;
  const typeOf = (message: DescMessage, direction: 'input' | 'output'): string => {
    if (wellKnown(message)) return wellKnownType(message, direction);
    const { module, name } = placeOf(message, direction, names);
    uses.add(module);
    return `${alias(module)}.${name}`;
  };
  const request = `request: ${typeOf(desc.input, 'input')}${needsNothing(method) ? ' = {}' : ''}, options?: CallOptions`;
  const answer = desc.output.typeName === 'google.protobuf.Empty' ? 'void' : typeOf(desc.output, 'output');
  const name = lowerFirst(desc.name);
  const about = docs(commentOf(desc), '    ');
  const info = JSON.stringify(methodInfo(method));
  if (rule.responseStream)
    return `${about}    ${name}: (${request}): AsyncGenerator<${answer}, void, undefined> => calls.stream(${info}, request, options),\n`;
  const call = `${about}    ${name}: (${request}): Promise<${answer}> => calls.unary(${info}, request, options),\n`;
  const items = pagedItems(desc.input, desc.output);
  if (items?.message === undefined) return call;
  const iteration = `    /** Each of \`${name}\`, page by page as it is wanted. */\n    ${iterationName(desc.name)}: (${request}): AsyncGenerator<${typeOf(items.message, 'output')}, void, undefined> =>\n      calls.pages(${info}, request, '${items.jsonName}', options),\n`;
  return call + iteration;
} // prettier-ignore

/** What the client's runtime needs to know of a method (client/calls.ts). */
const methodInfo = ({ desc, rule, verb, path, pathFields, body }: RestMethod): object => ({
  rpc: `${desc.parent.typeName}/${desc.name}`,
  verb,
  path,
  pathFields: pathFields.map(({ jsonName }) => jsonName),
  body: typeof body === 'string' ? body : { field: body.jsonName, raw: body.message?.typeName === 'google.api.HttpBody' },
  repeatable: rule.idempotency !== 'UNKNOWN',
  takesKey: rule.idempotencyKey !== 'NONE',
  ...(desc.output.typeName === 'google.api.HttpBody' && { rawAnswer: true }),
});

const needsNothing = ({ desc }: RestMethod): boolean =>
  desc.input.fields.every((field) => !isRequired(field)) && desc.input.typeName !== 'google.api.HttpBody';

/** The one list of an answer that comes in pages. */
function pagedItems(input: DescMessage, output: DescMessage): DescField | undefined {
  const isPaged = input.fields.some(({ name }) => name === 'page_token') && output.fields.some(({ name }) => name === 'next_page_token');
  const lists = output.fields.filter((field) => field.fieldKind === 'list' && field.message !== undefined);
  return isPaged ? lists[0] : undefined;
}

/** "ListMyOrders" -> "iterateMyOrders". */
const iterationName = (name: string): string => `iterate${name.replace(/^List/, '')}`;

/** Modules are named like services, and types are looked up in them: `orderTypes.Order`. */
const alias = (module: string): string => `${module.replaceAll(/-(\w)/g, (_all, letter: string) => letter.toUpperCase())}Types`;

const lowerFirst = (name: string): string => `${name[0]?.toLowerCase() ?? ''}${name.slice(1)}`;

import type { DescField, DescMethod } from '@bufbuild/protobuf';
import type { MethodRule } from '../../runtime/method-rule.ts';
import { methodsOf, pathOf, type Contracts } from '../contracts.ts';
import { GenerationError } from '../generation-error.ts';
import { methodRules } from '../method-rules.ts';

/** A method that has a route, and where each field of its request goes. */
export interface RestMethod {
  readonly desc: DescMethod;
  readonly rule: MethodRule;
  readonly verb: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'PATCH';
  /** The path with fields by their JSON names: "/v1/orders/{id}:cancel". */
  readonly path: string;
  readonly pathFields: readonly DescField[];
  /** Fields of the query. Those of nested messages have dotted names: "price.minUnits". */
  readonly query: readonly QueryField[];
  /** What the body holds: nothing, the request less what the path has, or one field of it. */
  readonly body: 'none' | 'rest' | DescField;
}

/** A field that is given in the query. */
export interface QueryField {
  readonly name: string;
  readonly field: DescField;
}

/** Messages that are one text in JSON, and so one value in a query. */
const texts = new Set(['google.protobuf.Timestamp', 'google.protobuf.Duration', 'google.protobuf.FieldMask']);

/** The methods clients reach over REST, in the order of their files. Throws GenerationError for a route whose variables are no plain fields. */
export function restMethods(contracts: Contracts): RestMethod[] {
  const rules = methodRules(contracts);
  return methodsOf(contracts).flatMap((desc) => {
    const rule = rules[pathOf(desc)];
    return rule?.http === undefined ? [] : [restMethod(desc, rule, rule.http)];
  });
}

function restMethod(desc: DescMethod, rule: MethodRule, http: NonNullable<MethodRule['http']>): RestMethod {
  const pathFields = [...http.path.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => plainField(desc, name));
  const bodyField = http.body === '' || http.body === '*' ? undefined : plainField(desc, http.body);
  const bound = new Set([...pathFields, ...(bodyField === undefined ? [] : [bodyField])]);
  const free = desc.input.fields.filter((field) => !bound.has(field));
  return {
    desc,
    rule,
    verb: http.method,
    path: http.path.replaceAll(/\{([^}]*)\}/g, (_all, name: string) => `{${plainField(desc, name).jsonName}}`),
    pathFields,
    query: http.body === '*' ? [] : free.flatMap((field) => queryFields(field, '')),
    body: http.body === '' ? 'none' : (bodyField ?? 'rest'),
  };
}

function plainField(desc: DescMethod, name: string): DescField {
  const field = desc.input.fields.find((candidate) => candidate.name === name);
  if (field === undefined)
    throw new GenerationError(`${pathOf(desc)}: its route names ${name}, which is no plain field of ${desc.input.typeName}.`);
  return field;
}

/** A list of messages has no place in a query, and so no name. */
function queryFields(field: DescField, prefix: string): QueryField[] {
  const name = `${prefix}${field.jsonName}`;
  if (field.message === undefined || texts.has(field.message.typeName)) return [{ name, field }];
  if (field.fieldKind !== 'message' || prefix.split('.').length > 3) return [];
  return field.message.fields.flatMap((inner) => queryFields(inner, `${name}.`));
}

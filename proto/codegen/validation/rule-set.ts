import { createRegistry, isFieldSet } from '@bufbuild/protobuf';
import type { DescField } from '@bufbuild/protobuf';
import { FieldRulesSchema, file_buf_validate_validate } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import type { FieldRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { GenerationError } from '../generation-error.ts';

const rulesRegistry = createRegistry(file_buf_validate_validate);

/**
 * The rules of one kind that are set on one field, each to be taken once. `end` throws when a rule was left untaken: that rule is not
 * supported here, and nothing may go unchecked in silence.
 */
export class RuleSet {
  readonly #values = new Map<string, unknown>();
  readonly group: string;
  readonly #where: string;

  /** `where` names the field in errors; `group` is the kind of rules that fits it, for example "int32". Throws GenerationError for another. */
  constructor(where: string, group: string, rules: FieldRules | undefined) {
    this.group = group;
    this.#where = where;
    if (rules === undefined) return;
    if (rules.cel.length > 0 || rules.celExpression.length > 0) throw this.#unsupported('cel');
    const { value, case: found } = rules.type;
    if (found === undefined) return;
    const name = FieldRulesSchema.fields.find((field) => field.localName === found)?.name;
    if (name !== group) throw new GenerationError(`${where} has ${name} rules, but takes ${group} rules.`);
    const schema = rulesRegistry.getMessage(value.$typeName);
    if (schema === undefined || (value.$unknown?.length ?? 0) > 0) throw this.#unsupported(`${group} rules of one's own`);
    for (const field of schema.fields) {
      if (field.name !== 'example' && isFieldSet(value, field)) this.#values.set(field.name, readField(value, field));
    }
  }

  /** The value of the rule `name`, undefined when it is not set. `Kind` is the rule's type in validate.proto. */
  take<Kind>(name: string): Kind | undefined {
    const value = this.#values.get(name);
    this.#values.delete(name);
    return value as Kind | undefined;
  }

  /** Every rule must have been taken by now. */
  end(): void {
    const [left] = this.#values.keys();
    if (left !== undefined) throw this.#unsupported(`${this.group}.${left}`);
  }

  #unsupported(rule: string): GenerationError {
    return new GenerationError(
      `${this.#where} has the rule ${rule}, which the generated validators don't know. See docs/guides/contracts.md.`,
    );
  }
}

/** A field's value out of a message of any type; members of a oneof lie below its name. */
function readField(message: object, field: DescField): unknown {
  const record = message as Readonly<Record<string, unknown>>;
  if (field.oneof === undefined) return record[field.localName];
  return (record[field.oneof.localName] as { value?: unknown }).value;
}

import { join } from 'node:path';
import { expect } from '@jest/globals';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescMessage } from '@bufbuild/protobuf';
import { pathToString } from '@bufbuild/protobuf/reflect';
import { createValidator } from '@bufbuild/protovalidate';
import fc from 'fast-check';
import type { Codec } from '../../runtime/event-type.ts';
import { mostViolations } from '../../runtime/field-violation.ts';
import type { FieldViolation, Validator } from '../../runtime/field-violation.ts';
import type { Contracts } from '../contracts.ts';
import { typeName } from '../module-names.ts';
import { arbitraryMessage } from './arbitrary-message.ts';

/**
 * Expects of random messages that the validator in `folder` (of generated code) says of them what protovalidate says, word for word. The
 * messages travel as bytes, so that each validator sees its own library's decoding of them.
 */
export async function expectSameViolations(folder: string, contracts: Contracts, desc: DescMessage, numRuns: number): Promise<void> {
  const { validators } = (await import(join(folder, 'validators.ts'))) as { validators: Readonly<Record<string, Validator>> };
  const codecs = (await import(join(folder, `${desc.file.name}.ts`))) as Readonly<Record<string, Codec<object>>>;
  const validate = validators[desc.typeName];
  const codec = codecs[typeName(desc)];
  if (validate === undefined || codec === undefined) throw new Error(`There is no validator or no codec for ${desc.typeName}.`);
  const reference = protovalidate(contracts, desc);
  fc.assert(
    fc.property(arbitraryMessage(desc), (message) => {
      const bytes = toBinary(desc, message);
      const ours = lines(validate(codec.decode(bytes)));
      const theirs = lines(reference(bytes));
      if (ours.length < mostViolations) expect(ours).toEqual(theirs);
      else expect(theirs).toEqual(expect.arrayContaining(ours));
    }),
    { numRuns },
  );
}

/** What protovalidate finds in a message, in the generated validators' shape. */
function protovalidate({ registry }: Contracts, desc: DescMessage): (bytes: Uint8Array) => FieldViolation[] {
  const validator = createValidator({ registry });
  return (bytes) => {
    const result = validator.validate(desc, fromBinary(desc, bytes));
    if (result.kind === 'error') throw result.error;
    return (result.violations ?? []).map(({ field, ruleId, message }) => ({ field: pathToString(field), ruleId, message }));
  };
}

const lines = (violations: readonly FieldViolation[]): string[] =>
  violations.map(({ field, ruleId, message }) => `${field}: ${message} [${ruleId}]`).sort();

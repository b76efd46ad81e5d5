import { getOption, hasOption, type FileRegistry } from '@bufbuild/protobuf';
import { ContractError } from './contract-error.ts';

/** The contract's error reasons and the gRPC status code that goes with each. */
export type Reasons = ReadonlyMap<string, number>;

/** Reads shopverse.errors.v1.Reason: `ROUTE_NOT_FOUND` -> 5. */
export function readReasons(registry: FileRegistry): Reasons {
  const reasons = registry.getEnum('shopverse.errors.v1.Reason');
  const code = registry.getExtension('shopverse.errors.v1.code');
  if (reasons === undefined || code === undefined)
    throw new ContractError('The descriptor set lacks shopverse.errors.v1.Reason and its code option.');
  return new Map(
    reasons.values
      .filter((value) => hasOption(value, code))
      .map((value) => [value.name.slice('REASON_'.length), Number(getOption(value, code))]),
  );
}

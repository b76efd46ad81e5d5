import type { Contracts } from './contracts.ts';
import { GenerationError } from './generation-error.ts';
import { codeOption } from './options.ts';

const enumName = 'shopverse.errors.v1.Reason';
const prefix = 'REASON_';

/** Writes gen/error-reasons.ts: the gRPC status of every reason. Throws GenerationError when a reason has none. */
export function generateErrorReasons(contracts: Contracts): string {
  return [
    '// Generated from proto/shopverse/errors/v1/reason.proto. Do not edit.',
    '',
    '/** The gRPC status code of every reason a call can be refused for (google.rpc.ErrorInfo.reason). */',
    `export const errorReasons = ${JSON.stringify(errorReasons(contracts), undefined, 2)} as const`,
    '',
    'export type ErrorReason = keyof typeof errorReasons',
    '',
  ].join('\n');
}

/** gRPC status codes (numbers) by reason, without the prefix. */
export function errorReasons(contracts: Contracts): Record<string, number> {
  const reasons: Record<string, number> = {};
  for (const value of contracts.registry.getEnum(enumName)?.values ?? []) {
    if (value.number === 0) continue;
    const code = codeOption(contracts, value);
    if (code === 0) throw new GenerationError(`${value.name} has no gRPC status. Add option [(code) = …] to it in reason.proto.`);
    reasons[value.name.slice(prefix.length)] = code;
  }
  return reasons;
}

import { fromJson, toBinary, type FileRegistry } from '@bufbuild/protobuf';
import { ContractError } from './contract/contract-error.ts';

/** A google.rpc.Status with one ErrorInfo of the shop, as JSON: the shape of every error over REST (AIP-193). */
export const errorStatus = (code: number, reason: string, message: string) => ({
  code,
  message,
  details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'shopverse', metadata: {} }],
});

/** The same as the gRPC header grpc-status-details-bin has it: the message's bytes in base64 without padding. */
export function statusDetails(registry: FileRegistry, status: ReturnType<typeof errorStatus>): string {
  const schema = registry.getMessage('google.rpc.Status');
  if (schema === undefined) throw new ContractError('The descriptor set lacks google.rpc.Status; build it with its imports.');
  return Buffer.from(toBinary(schema, fromJson(schema, status, { registry }))).toString('base64').replace(/=+$/, ''); // prettier-ignore
}

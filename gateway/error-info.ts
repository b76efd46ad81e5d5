import { fromJson, toBinary, type FileRegistry } from '@bufbuild/protobuf';
import { traceIdHeader } from './tracing.ts';
import { ContractError } from './contract/contract-error.ts';

/** A google.rpc.Status with one ErrorInfo of the shop, as JSON: the shape of every error over REST (AIP-193). */
export const errorStatus = (code: number, reason: string, message: string) => ({
  code,
  message,
  details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'shopverse', metadata: {} }],
});

/** Requests that are refused before they have an id get one with the answer. */
const requestId = `%COALESCE(${JSON.stringify({
  operators: [
    { command: 'REQ', param: 'X-REQUEST-ID' },
    { command: 'RESP', param: 'X-REQUEST-ID' },
  ],
})})%`;

/** The same with what to quote when asking for help, by Envoy's command operators: the request's id, and its trace's. */
export const withIds = (status: ReturnType<typeof errorStatus>) => ({
  ...status,
  details: [
    ...status.details,
    { '@type': 'type.googleapis.com/google.rpc.RequestInfo', requestId, servingData: `%RESP(${traceIdHeader})%` },
  ],
});

/** The same as the gRPC header grpc-status-details-bin has it: the message's bytes in base64 without padding. */
export function statusDetails(registry: FileRegistry, status: ReturnType<typeof errorStatus>): string {
  const schema = registry.getMessage('google.rpc.Status');
  if (schema === undefined) throw new ContractError('The descriptor set lacks google.rpc.Status; build it with its imports.');
  return Buffer.from(toBinary(schema, fromJson(schema, status, { registry }))).toString('base64').replace(/=+$/, ''); // prettier-ignore
}

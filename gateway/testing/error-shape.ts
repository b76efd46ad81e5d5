import { expect } from '@jest/globals';
import { fromBinary, toJson } from '@bufbuild/protobuf';
import type { Descriptors } from '../contract/descriptors.ts';
import type { GrpcAnswer, RestAnswer } from './call.ts';

/** An error as the edge and the services tell it over REST. */
export const errorBody = (code: number, reason: string) => ({
  code,
  message: expect.stringMatching(/\S/) as unknown as string,
  details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'shopverse', metadata: {} }],
});

/** Expects a refusal of the edge over REST, in the one shape of errors, that can be found again in logs. */
export function expectRefused(answer: RestAnswer, status: number, code: number, reason: string): void {
  const { details, ...rest } = errorBody(code, reason);
  const ids = {
    '@type': 'type.googleapis.com/google.rpc.RequestInfo',
    requestId: answer.headers['x-request-id'],
    servingData: traceIdOf(answer),
  };
  expect(answer.json).toEqual({ ...rest, details: [...details, ids] });
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('application/json');
  expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
}

/** Of the answer's `traceparent`, which one refused while its headers were read has not. */
const traceIdOf = ({ headers }: RestAnswer): string | null => String(headers['traceparent']).split('-')[1] ?? null;

/** Expects a refusal of the edge over gRPC: a status with the same details, and no JSON. */
export function expectGrpcRefused(answer: GrpcAnswer, code: number, reason: string, { registry }: Descriptors): void {
  expect(answer.httpStatus).toBe(200);
  expect(answer.headers['content-type']).toBe('application/grpc');
  expect({ status: answer.grpcStatus, details: grpcDetails(answer, { registry }) }).toEqual({
    status: code,
    details: errorBody(code, reason),
  });
  expect(answer.grpcMessage).not.toMatch(/[{}]/);
  expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
}

/** The google.rpc.Status of a gRPC answer, as JSON. */
export function grpcDetails(answer: GrpcAnswer, { registry }: Pick<Descriptors, 'registry'>): unknown {
  const schema = registry.getMessage('google.rpc.Status');
  const bytes = answer.headers['grpc-status-details-bin'];
  if (schema === undefined || bytes === undefined) return undefined;
  return toJson(schema, fromBinary(schema, Buffer.from(bytes, 'base64')), { registry, alwaysEmitImplicit: true });
}

import { createHash } from 'node:crypto';
import { Metadata } from '@grpc/grpc-js';
import type { MethodRule } from '@shopverse/contracts/method-rules';
import type { RpcMethod } from './definition.ts';
import { header } from './headers.ts';

/** The precondition of a change (RFC 9110, section 13.1.1). */
const IF_MATCH = 'if-match';
/** Of a resource's `etag`, whose quotes (AIP-154) are the tag's, and, behind the last dot, of the answer's bytes. */
const TAG = /^(?:W\/)?"(?<etag>[^"]*?)(?:\.[0-9a-f]{16})?"$/;

/** Whether the answers of a method may be kept by whoever asks again with their entity tag: public reads with one answer. */
export const isTagged = (method: RpcMethod<object, object>, { access }: MethodRule): boolean =>
  access.level === 'PUBLIC' && method.options.idempotencyLevel === 'NO_SIDE_EFFECTS' && !method.responseStream;

/**
 * The headers of an answer that is a resource with an `etag` (AIP-154): the HTTP entity tag, made of it and of the answer's own bytes, as an answer can change
 * without the resource (what is in stock). The edge compares it with If-None-Match. Undefined for any other answer.
 */
export function entityTag(method: RpcMethod<object, object>, answer: object): Metadata | undefined {
  if (!('etag' in answer) || typeof answer.etag !== 'string' || answer.etag === '') return undefined;
  const hash = createHash('sha256').update(method.responseType.encode(answer).finish()).digest('hex').slice(0, 16);
  const metadata = new Metadata();
  metadata.set('etag', `"${answer.etag.replaceAll('"', '')}.${hash}"`);
  // May be kept, and is asked about each time.
  metadata.set('cache-control', 'no-cache');
  return metadata;
}

/**
 * Takes the precondition of an If-Match header for the request's `etag`, where the request has such a field and says nothing there. `*`, which any resource
 * that is there fulfils, asks for nothing.
 */
export function takePrecondition(request: object, metadata: Metadata): void {
  if (!('etag' in request) || request.etag !== '') return;
  const etag = TAG.exec(header(metadata, IF_MATCH) ?? '')?.groups?.['etag'];
  if (etag !== undefined) request.etag = `"${etag}"`;
}

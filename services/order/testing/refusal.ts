import { BadRequest } from '@shopverse/contracts/google/rpc/error_details';
import { Status } from '@shopverse/contracts/google/rpc/status';
import { Failure } from '@shopverse/mesh/failure';
import { errorInfo } from '@shopverse/mesh/rpc/status';

/** A refusal as the one who sent the request sees it. */
export interface Refused {
  readonly reason: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  /** Names of the bad fields. */
  readonly fields: readonly string[];
}

/** What a call was refused for, from the status itself: a client of the mesh takes a request that is found wrong for its own bug. */
export async function refusalOf(call: Promise<unknown>): Promise<Refused> {
  const error: unknown = await call.then(
    () => new Error('The call was let through.'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failure)) throw error;
  const { metadata } = error.cause as { metadata: Parameters<typeof errorInfo>[0] };
  const info = errorInfo(metadata);
  const [bytes] = metadata.get('grpc-status-details-bin');
  const details = Buffer.isBuffer(bytes) ? Status.decode(bytes).details : [];
  const bad = details.find(({ typeUrl }) => typeUrl.endsWith('BadRequest'));
  const fields = bad === undefined ? [] : BadRequest.decode(bad.value).fieldViolations.map(({ field }) => field);
  return { reason: info?.reason, metadata: info?.metadata ?? {}, fields };
}

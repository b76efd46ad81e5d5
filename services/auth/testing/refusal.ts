import { RetryInfo } from '@shopverse/contracts/google/rpc/error_details';
import { Status } from '@shopverse/contracts/google/rpc/status';
import { Failure } from '@shopverse/mesh/failure';
import { errorInfo } from '@shopverse/mesh/rpc/status';

/** A refusal as the one who called sees it. */
export interface Refusal {
  readonly reason: string | undefined;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly retryAfterS: number | undefined;
}

/** What a call was refused for, from the status itself: to a client of the mesh, being refused as a user is a bug of its own. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const error: unknown = await call.then(
    () => new Error('The call was let through.'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failure)) throw error;
  const { metadata, details: message } = error.cause as { metadata: Parameters<typeof errorInfo>[0]; details: string };
  const info = errorInfo(metadata);
  const [bytes] = metadata.get('grpc-status-details-bin');
  const details = Buffer.isBuffer(bytes) ? Status.decode(bytes).details : [];
  const retry = details.find(({ typeUrl }) => typeUrl.endsWith('RetryInfo'));
  const retryAfterS = retry === undefined ? undefined : Number(RetryInfo.decode(retry.value).retryDelay?.seconds);
  return { reason: info?.reason, message, metadata: info?.metadata ?? {}, retryAfterS };
}

/** The reason of `refusalOf`. */
export async function reasonOf(call: Promise<unknown>): Promise<string | undefined> {
  return (await refusalOf(call)).reason;
}

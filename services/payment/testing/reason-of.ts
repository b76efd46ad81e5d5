import type { ServiceError } from '@grpc/grpc-js';
import { Failure } from '@shopverse/mesh/failure';
import { errorInfo } from '@shopverse/mesh/rpc/status';

/** The reason for which a call was refused, as a client of the shop sees it; a peer's client keeps reasons that are its own mistakes to itself. */
export async function reasonOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'OK';
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const sent = error.options.cause as ServiceError | undefined;
    return (sent?.metadata === undefined ? undefined : errorInfo(sent.metadata)?.reason) ?? error.reason;
  }
}

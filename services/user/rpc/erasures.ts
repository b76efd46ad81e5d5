import type { Empty } from '@shopverse/contracts/google/protobuf/empty';
import type { Erasure } from '@shopverse/contracts/shopverse/user/v1/user';
import type { GetErasureRequest, RecordErasureRequest } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { failure, type Failure } from '@shopverse/mesh/failure';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { listErasures, recordErasure as record } from '../store/erasures.ts';

const notDeleted = (userId: string): Failure => failure('USER_NOT_FOUND', 'No deleted user with this id.', { user_id: userId });

/** How far the erasure of a deleted user's data has come. Errors: USER_NOT_FOUND. */
export function getErasure({ database }: { readonly database: Postgres }): UnaryHandler<GetErasureRequest, Erasure> {
  return async ({ userId }) => {
    const services = await database.read((em) => listErasures(em, userId));
    const [first] = services;
    if (first === undefined) throw notDeleted(userId);
    const times = services.map(({ erasedAt }) => erasedAt?.getTime());
    const completedAt = times.includes(undefined) ? undefined : new Date(Math.max(...times.map(Number)));
    return {
      userId,
      requestedAt: first.requestedAt,
      services: services.map(({ service, erasedAt }) => ({ service, erasedAt })),
      completedAt,
    };
  };
}

/** The calling workload has erased what it held. Errors: USER_NOT_FOUND. */
export function recordErasure({
  database,
  clock,
}: {
  readonly database: Postgres;
  readonly clock: () => Date;
}): UnaryHandler<RecordErasureRequest, Empty> {
  return async ({ userId }, { peer }) => {
    if (!(await database.transaction((tx) => record(tx.em, userId, peer, clock())))) throw notDeleted(userId);
    return {};
  };
}

/** A small real service for the tests of the mesh: each answer says which process gave it. */
import { unserved } from '../../rpc/testing/unserved.ts';
import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { Profile } from '@shopverse/contracts/shopverse/user/v1/user';
import { sleep } from '../../backoff.ts';
import { durationMs, text } from '../../config/kinds.ts';
import { failure } from '../../failure.ts';
import { runService } from '../../lifecycle/run-service.ts';

const settings = {
  REPLICA_NAME: text('replica', 'What it answers'),
  REPLICA_DELAY_MS: durationMs(2, 'How long an answer takes'),
};

/** What a replica has seen. */
export interface Seen {
  /** Calls that reached it, those that it refused included. */
  calls: number;
  mostAtOnce: number;
}
const nothing = (): Seen => ({ calls: 0, mostAtOnce: 0 });

await runService('user', settings, async (service) => {
  let failing = false;
  let away = 0;
  let seen = nothing();
  let underWay = 0;
  let able = true;
  service.addCheck('store', async () => {
    if (!able) throw new Error('the store is away');
  });
  service.adminRoute('/fail', async () => ({ failing: (failing = true) }));
  service.adminRoute('/stumble', async () => ({ away: (away = 2) }));
  service.adminRoute('/go-away', async () => ({ away: (away = Number.POSITIVE_INFINITY) === 0 }));
  service.adminRoute('/come-back', async () => ({ away: (away = 0) }));
  service.adminRoute('/seen', async () => seen);
  service.adminRoute('/forget', async () => (seen = nothing()));
  service.adminRoute('/lose-store', async () => ({ able: (able = false) }));
  service.adminRoute('/find-store', async () => ({ able: (able = true) }));
  service.serve(UserServiceDefinition, {
    ...unserved(UserServiceDefinition),
    batchGetProfiles: async ({ userIds }) => {
      seen.calls += 1;
      seen.mostAtOnce = Math.max(seen.mostAtOnce, (underWay += 1));
      await sleep(service.config.REPLICA_DELAY_MS).finally(() => (underWay -= 1));
      if (away-- > 0) throw failure('DEPENDENCY_UNAVAILABLE', 'It is away on purpose.');
      away = Math.max(0, away);
      if (failing) throw failure('INTERNAL', 'It fails on purpose.');
      return { profiles: userIds.map((id) => Profile.fromPartial({ id, fullName: service.config.REPLICA_NAME })) };
    },
  });
});

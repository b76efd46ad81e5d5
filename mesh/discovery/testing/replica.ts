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

await runService('user', settings, async (service) => {
  let failing = false;
  let able = true;
  service.addCheck('store', async () => {
    if (!able) throw new Error('the store is away');
  });
  service.adminRoute('/fail', async () => ({ failing: (failing = true) }));
  service.adminRoute('/lose-store', async () => ({ able: (able = false) }));
  service.adminRoute('/find-store', async () => ({ able: (able = true) }));
  service.serve(UserServiceDefinition, {
    ...unserved(UserServiceDefinition),
    batchGetProfiles: async ({ userIds }) => {
      await sleep(service.config.REPLICA_DELAY_MS);
      if (failing) throw failure('INTERNAL', 'It fails on purpose.');
      return { profiles: userIds.map((id) => Profile.fromPartial({ id, fullName: service.config.REPLICA_NAME })) };
    },
  });
});

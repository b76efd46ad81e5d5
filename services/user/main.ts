import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { runService } from '@shopverse/mesh/lifecycle/run-service';
import { openPostgres } from '@shopverse/mesh/store/postgres';
import { settings } from './config.ts';
import { createProfile } from './rpc/create-profile.ts';
import { batchGetProfiles, getProfile } from './rpc/get-profiles.ts';
import { entities } from './store/entities.ts';
import { migrations } from './store/migrations/migrations.ts';

await runService('user', settings, async (service) => {
  const clock = () => new Date();
  const database = await openPostgres(service, { url: service.config.DATABASE_URL, entities, migrations });

  service.serve(UserServiceDefinition, {
    getProfile: getProfile({ database }),
    createProfile: createProfile({ database, clock }),
    batchGetProfiles: batchGetProfiles({ database }),
  });
});

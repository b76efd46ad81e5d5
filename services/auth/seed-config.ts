import { requiredText, secret } from '@shopverse/mesh/config/kinds';
import { commonSettings } from '@shopverse/mesh/lifecycle/settings';
import { settings } from './config.ts';

/** Settings of the seeding command: those of the service, and the accounts to open. */
export const seedSettings = {
  ...commonSettings,
  ...settings,
  SEED_ADMIN_EMAIL: requiredText('E-mail address of the first admin'),
  SEED_ADMIN_PASSWORD: secret('Password of the first admin'),
  SEED_CUSTOMER_EMAIL: requiredText('E-mail address of the demo customer'),
  SEED_CUSTOMER_PASSWORD: secret('Password of the demo customer'),
};

import { requiredText, secret } from '@shopverse/mesh/config/kinds';

/** What the seeding command needs beyond the settings of the service: the accounts to open. */
export const seedSettings = {
  SEED_ADMIN_EMAIL: requiredText('E-mail address of the first admin'),
  SEED_ADMIN_PASSWORD: secret('Password of the first admin'),
  SEED_CUSTOMER_EMAIL: requiredText('E-mail address of the demo customer'),
  SEED_CUSTOMER_PASSWORD: secret('Password of the demo customer'),
};

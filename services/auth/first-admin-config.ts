import { requiredText, text } from '@shopverse/mesh/config/kinds';

/** What the command that opens the first admin's account needs beyond the settings of the service. */
export const firstAdminSettings = {
  FIRST_ADMIN_EMAIL: requiredText('E-mail address of the first admin'),
  FIRST_ADMIN_NAME: text('Shop Admin', 'Full name of the first admin'),
};

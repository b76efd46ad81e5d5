import { postgresUrl } from '@shopverse/mesh/config/kinds';

/** Every setting of the user service beyond the common ones. */
export const settings = {
  DATABASE_URL: postgresUrl('The user database'),
};

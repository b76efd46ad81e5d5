import { defineEntity, p } from '@mikro-orm/core';

/** A row of `profiles`. */
export const ProfileEntity = defineEntity({
  name: 'Profile',
  tableName: 'profiles',
  properties: {
    id: p.uuid().primary(),
    fullName: p.text().fieldName('full_name'),
    email: p.text(),
    phone: p.text(),
    version: p.integer().version(),
    createdAt: p.datetime().fieldName('created_at'),
    updatedAt: p.datetime().fieldName('updated_at'),
  },
});

/** Everything MikroORM knows of here. */
export const entities = [ProfileEntity];

import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

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
    deletedAt: p.datetime().fieldName('deleted_at').nullable(),
  },
});

/** A row of `addresses`. */
export const AddressEntity = defineEntity({
  name: 'Address',
  tableName: 'addresses',
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid().fieldName('user_id'),
    label: p.text(),
    recipient: p.text(),
    street: p.text(),
    city: p.text(),
    state: p.text(),
    postalCode: p.text().fieldName('postal_code'),
    countryCode: p.text().fieldName('country_code'),
    phone: p.text(),
    isDefault: p.boolean().fieldName('is_default'),
    version: p.integer().version(),
    createdAt: p.datetime().fieldName('created_at'),
    updatedAt: p.datetime().fieldName('updated_at'),
  },
});
export type AddressRow = InferEntity<typeof AddressEntity>;

/** A row of `erasures`. */
export const ErasureEntity = defineEntity({
  name: 'Erasure',
  tableName: 'erasures',
  properties: {
    userId: p.uuid().fieldName('user_id').primary(),
    service: p.text().primary(),
    requestedAt: p.datetime().fieldName('requested_at'),
    erasedAt: p.datetime().fieldName('erased_at').nullable(),
  },
});

/** Everything MikroORM knows of here. */
export const entities = [ProfileEntity, AddressEntity, ErasureEntity];

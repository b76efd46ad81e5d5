import { defineEntity, p } from '@mikro-orm/core';

/** A row of `products`, without the columns that PostgreSQL generates. */
export const ProductEntity = defineEntity({
  name: 'Product',
  tableName: 'products',
  properties: {
    id: p.uuid().primary(),
    sku: p.text(),
    name: p.text(),
    description: p.text(),
    brand: p.text(),
    categoryId: p.uuid().fieldName('category_id'),
    categoryNames: p.text().fieldName('category_names'),
    priceMinor: p.bigint('bigint').fieldName('price_minor'),
    currency: p.text(),
    imageUrls: p.array().columnType('text[]').fieldName('image_urls'),
    active: p.boolean(),
    lowStockThreshold: p.bigint('bigint').fieldName('low_stock_threshold').nullable(),
    version: p.integer().version(),
    createdAt: p.datetime().fieldName('created_at'),
    updatedAt: p.datetime().fieldName('updated_at'),
    deletedAt: p.datetime().fieldName('deleted_at').nullable(),
  },
});

/** A row of `categories`. */
export const CategoryEntity = defineEntity({
  name: 'Category',
  tableName: 'categories',
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    slug: p.text(),
    parentId: p.uuid().fieldName('parent_id').nullable(),
    createdAt: p.datetime().fieldName('created_at'),
    updatedAt: p.datetime().fieldName('updated_at'),
    deletedAt: p.datetime().fieldName('deleted_at').nullable(),
  },
});

/** All entities of this service. */
export const entities = [ProductEntity, CategoryEntity];

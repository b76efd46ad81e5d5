import type { Category, Product } from '@shopverse/contracts/shopverse/product/v1/product';
import { toMessage } from '@shopverse/mesh/money';
import type { StoredCategory } from '../store/category-repository.ts';
import type { StoredProduct } from '../store/stored-product.ts';

/** A product as it travels. */
export function toProductMessage({ price, version, imageUrls, attributes, ...product }: StoredProduct): Product {
  const { id, sku, name, description, brand, categoryId, active, createdAt, updatedAt, available, lowStockThreshold } = product;
  return {
    id,
    sku,
    name,
    description,
    brand,
    categoryId,
    active,
    createdAt,
    updatedAt,
    available,
    lowStockThreshold,
    price: toMessage(price),
    imageUrls: [...imageUrls],
    attributes: attributes.map((attribute) => ({ ...attribute })),
    etag: etagOf(version),
  };
}

/** The etag of a product that was written so often (RFC 9110: a quoted string). */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/** A category as it travels. */
export function toCategoryMessage({ id, name, slug, parentId, version }: StoredCategory): Category {
  return { id, name, slug, parentId: parentId ?? '', etag: etagOf(version) };
}

import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newProduct } from '../domain/product.ts';
import { generateCatalogue } from './generate.ts';

const catalogue = generateCatalogue();
const products = catalogue.products.map(({ product }) => product);
const distinct = (values: readonly string[]) => new Set(values).size;

describe('the catalogue', () => {
  it('is the same on every machine, to the last id', () => {
    const text = (value: unknown) => JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
    expect(text(generateCatalogue())).toBe(text(catalogue));
    expect(createHash('sha256').update(text(catalogue)).digest('hex')).toBe(
      'aeb4f0ca68505514109293a8aa2d7c26c2bf035eb2047906824ef7e10205bb80',
    );
  });

  it('has 2,000 products, each with a name, SKU and id of its own', () => {
    expect([products.length, distinct(products.map(({ id }) => id)), distinct(products.map(({ sku }) => sku))]).toEqual([
      2_000, 2_000, 2_000,
    ]);
    expect(distinct(products.map(({ name }) => name.toLowerCase()))).toBe(2_000);
  });

  it('has a tree of three levels, parents first, with addresses of their own', () => {
    const depth = new Map<string, number>();
    for (const { id, parentId } of catalogue.categories)
      depth.set(id, parentId === undefined ? 1 : (depth.get(parentId) ?? Number.NaN) + 1);
    const levels = [1, 2, 3].map((level) => [...depth.values()].filter((value) => value === level).length);
    expect(levels).toEqual([8, 16, 40]);
    expect(distinct(catalogue.categories.map(({ slug }) => slug))).toBe(64);
    expect(new Set(products.map(({ categoryId }) => depth.get(categoryId)))).toEqual(new Set([3]));
  });

  it('holds only what an admin could add', () => {
    for (const product of products) {
      expect(newProduct(product, { id: product.id, at: product.createdAt, currency: 'INR' })).toEqual(product);
      expect(product.sku).toMatch(/^[A-Z0-9][A-Z0-9-]{2,39}$/);
      expect(product.imageUrls.every((url) => URL.canParse(url) && new URL(url).hostname === 'images.shopverse.example')).toBe(true);
      expect(product.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  it('reads well: no gaps in names, one to three sentences, prices that end in nine', () => {
    for (const { name, description, price } of products) {
      expect(name).not.toMatch(/[{}]|undefined|\s{2}|^\s|\s$/);
      expect(description.match(/\.(\s|$)/g)?.length).toBeGreaterThanOrEqual(1);
      expect(description.match(/\.(\s|$)/g)?.length).toBeLessThanOrEqual(3);
      expect(price.minor % 1_000n).toBe(900n);
    }
  });

  it('is sold out in about four of a hundred, and newest last', () => {
    const soldOut = products.filter(({ initialStock }) => initialStock === 0n).length;
    expect(soldOut).toBeGreaterThan(50);
    expect(soldOut).toBeLessThan(110);
    expect(products.every(({ initialStock }) => initialStock >= 0n && initialStock <= 250n)).toBe(true);
    expect(products.map(({ id }) => id).toSorted()).toEqual(products.map(({ id }) => id));
  });
});

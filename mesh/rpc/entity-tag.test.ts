import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { methodRules } from '@shopverse/contracts/method-rules';
import { OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { ProductServiceDefinition } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { methodPath, type RpcMethod, type ServiceDefinition } from './definition.ts';
import { entityTag, isTagged, takePrecondition } from './entity-tag.ts';

const getProduct = ProductServiceDefinition.methods.getProduct as unknown as RpcMethod<object, object>;
const product = (over: object) => ({
  ...ProductServiceDefinition.methods.getProduct.responseType.fromPartial({ id: 'p', etag: '"7"' }),
  ...over,
});
const tagOf = (answer: object) => entityTag(getProduct, answer)?.get('etag')[0];

describe('the entity tag of an answer', () => {
  it('has the resource’s own and changes with anything in the answer', () => {
    const tag = tagOf(product({}));
    expect(tag).toMatch(/^"7\.[0-9a-f]{16}"$/);
    expect(tagOf(product({}))).toBe(tag);
    expect(tagOf(product({ available: 3n }))).not.toBe(tag);
  });

  it('is none where the answer is no resource with an etag', () => {
    expect(entityTag(getProduct, product({ etag: '' }))).toBeUndefined();
    expect(entityTag(getProduct, { products: [] })).toBeUndefined();
  });

  it('is for public reads alone', () => {
    const tagged = (definition: ServiceDefinition, method: { readonly name: string }) => {
      const rule = methodRules[methodPath(definition, method)];
      return rule !== undefined && isTagged(method as RpcMethod<object, object>, rule);
    };
    expect(tagged(ProductServiceDefinition, ProductServiceDefinition.methods.getProduct)).toBe(true);
    expect(tagged(ProductServiceDefinition, ProductServiceDefinition.methods.createProduct)).toBe(false);
    expect(tagged(OrderServiceDefinition, OrderServiceDefinition.methods.getOrder)).toBe(false);
  });
});

describe('If-Match', () => {
  const withHeader = (value: string) => {
    const metadata = new Metadata();
    metadata.set('if-match', value);
    return metadata;
  };

  it.each([
    ['"7.0123456789abcdef"', '"7"'],
    ['"7"', '"7"'],
    ['W/"7"', '"7"'],
    ['"1.2.0123456789abcdef"', '"1.2"'],
    ['*', ''],
    ['7', ''],
    ['"a", "b"', ''],
  ])('%s asks for the etag %j', (value, etag) => {
    const request = { id: 'p', etag: '' };
    takePrecondition(request, withHeader(value));
    expect(request.etag).toBe(etag);
  });

  it('gives way to what the request says, and is nothing to a request without the field', () => {
    const [said, without] = [{ etag: '5' }, {}];
    takePrecondition(said, withHeader('"7"'));
    takePrecondition(without, withHeader('"7"'));
    expect([said, without]).toEqual([{ etag: '5' }, {}]);
  });
});

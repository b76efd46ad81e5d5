import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { fromBinary, fromJson, toBinary, type DescMessage } from '@bufbuild/protobuf';
import { eventTypes, type EventType } from '../../gen/event-types.ts';
import { buildImage, checkCompatibility } from '../buf.ts';
import type { Contracts } from '../contracts.ts';
import { inWorkspace, compile } from '../testing/workspace.ts';

const project = join(import.meta.dirname, '../../..');

/** What a producer of tomorrow says of a shipment: one field more in the event, in a line of it, and a way of carrying that is unknown today. */
const tomorrow = `syntax = "proto3";
package shopverse.order.v1;
import "google/protobuf/timestamp.proto";
import "shopverse/events/v1/event.proto";
message OrderShipped {
  option (shopverse.events.v1.event) = { topic: "shopverse.order.v1", aggregate: "order", key: "order_id" };
  string order_id = 1;
  string customer_id = 2;
  repeated OrderLine lines = 3;
  string carrier = 5;
  string tracking_number = 6;
  google.protobuf.Timestamp shipped_at = 7;
  google.protobuf.Timestamp arrives_by = 100;
  repeated Parcel parcels = 101;
}
message OrderLine { string product_id = 1; int32 quantity = 4; string gift_note = 100; }
message Parcel { uint64 grams = 1; bytes label = 2; }
`;

/** What a producer of yesterday said, before there were carriers. */
const yesterday = `syntax = "proto3";
package shopverse.order.v1;
import "shopverse/events/v1/event.proto";
message OrderShipped {
  option (shopverse.events.v1.event) = { topic: "shopverse.order.v1", aggregate: "order", key: "order_id" };
  string order_id = 1;
  string customer_id = 2;
}
`;

const shipped = eventTypes['shopverse.order.v1.OrderShipped'];

function messageOf(contracts: Contracts): DescMessage {
  const message = contracts.registry.getMessage(shipped.type);
  if (message === undefined) throw new Error('The contracts have no OrderShipped.');
  return message;
}

describe('an event across versions', () => {
  let [newer, older]: DescMessage[] = [];
  beforeAll(async () => {
    [newer, older] = (await Promise.all([tomorrow, yesterday].map((text) => compile({ 'order/v1/order_events.proto': text })))).map(
      messageOf,
    );
  });
  const schema = (desc: DescMessage | undefined): DescMessage => {
    if (desc === undefined) throw new Error('It was not compiled.');
    return desc;
  };

  it("of a newer producer is read by today's consumer, who knows nothing of what is new", () => {
    const message = fromJson(schema(newer), {
      orderId: 'o',
      customerId: 'c',
      lines: [{ quantity: 2, giftNote: 'With love' }],
      carrier: 'India Post',
      trackingNumber: 'EE1',
      arrivesBy: '1970-01-01T00:00:01Z',
      parcels: [{ grams: '500', label: 'AQI=' }],
    });
    const read = shipped.codec.decode(toBinary(schema(newer), message));
    expect(read).toMatchObject({ orderId: 'o', customerId: 'c', carrier: 'India Post', trackingNumber: 'EE1', total: undefined });
    expect(read.lines).toMatchObject([{ quantity: 2 }]);
    expect(shipped.key(read)).toBe('o');
  });

  it("of today's producer is read by a newer consumer, who sees that what is new was not said", () => {
    const today = {
      orderId: 'o',
      customerId: 'c',
      lines: [],
      total: undefined,
      carrier: 'India Post',
      trackingNumber: 'EE1',
      shippedAt: new Date(1_000),
    };
    const read = fromBinary(schema(newer), shipped.codec.encode(today).finish());
    expect(read).toMatchObject({ orderId: 'o', carrier: 'India Post', shippedAt: { seconds: 1n }, parcels: [] });
    expect('arrivesBy' in read && read.arrivesBy !== undefined).toBe(false);
  });

  it("of yesterday's producer is read by today's consumer, and the other way round", () => {
    const old = fromJson(schema(older), { orderId: 'o', customerId: 'c' });
    expect(shipped.codec.decode(toBinary(schema(older), old))).toMatchObject({
      orderId: 'o',
      lines: [],
      carrier: '',
      shippedAt: undefined,
    });
    const today = { orderId: 'o', customerId: 'c', lines: [], total: undefined, carrier: 'X', trackingNumber: 'Y', shippedAt: new Date() };
    expect(fromBinary(schema(older), shipped.codec.encode(today).finish())).toMatchObject({ orderId: 'o', customerId: 'c' });
  });

  it('of any type bears unknown fields of every kind', () => {
    // Field 1000 as varint, 64 bits, length-delimited and 32 bits.
    const unknown = Buffer.from('c03e05' + 'c13e0102030405060708' + 'c23e03616263' + 'c53e01020304', 'hex');
    const all: readonly EventType[] = Object.values(eventTypes);
    for (const { type, codec } of all) {
      const read = codec.decode(unknown);
      expect([type, read]).toEqual([type, codec.decode(new Uint8Array())]);
    }
  });
});

describe("the shop's own events", () => {
  it.each([
    ['a field taken away', 'string tracking_number = 6;', '', /Previously present field "6" with name "tracking_number"/],
    [
      'a field renumbered',
      'string tracking_number = 6;',
      'string tracking_number = 8;',
      /Previously present field "6" with name "tracking_number"/,
    ],
    ['a field of another type', 'string tracking_number = 6;', 'int64 tracking_number = 6;', /changed type from "string" to "int64"/],
    ['an event taken away', 'message OrderShipped {', 'message OrderSent {', /Previously present message "OrderShipped" was deleted/],
  ])('may not change against a release: %s is refused', async (_, from, to, sentence) => {
    const folder = await mkdtemp(join(tmpdir(), 'shopverse-image-'));
    try {
      const image = join(folder, 'v1.0.0.binpb');
      const path = 'order/v1/order_events.proto';
      const text = await readFile(join(project, 'proto/shopverse', path), 'utf8');
      expect(text).toContain(from);
      const withOthers = (changed: string, use: (workspace: string) => Promise<void>) =>
        inWorkspace({}, async (workspace) => {
          await cp(join(project, 'proto/shopverse'), join(workspace, 'proto/shopverse'), { recursive: true });
          await writeFile(join(workspace, 'proto/shopverse', path), changed);
          await use(workspace);
        });
      await withOthers(text, (workspace) => buildImage(image, workspace));
      await withOthers(text, (workspace) => checkCompatibility(image, workspace));
      await expect(withOthers(text.replace(from, to), (workspace) => checkCompatibility(image, workspace))).rejects.toThrow(sentence);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Parser } from '@asyncapi/parser';
import { readContracts } from '../contracts.ts';
import { catalogueOf } from './catalogue.ts';
import { eventCatalogue } from './documents.ts';
import { registrations } from './registrations.ts';

const project = join(import.meta.dirname, '../../..');

describe('the event catalogue', () => {
  it('in docs/ is what the contracts and the services say now; npm run events makes it so', async () => {
    for (const [file, text] of Object.entries(await eventCatalogue(project))) {
      expect([file, await readFile(join(project, 'docs', file), 'utf8')]).toEqual([file, text]);
    }
  });

  it('is an AsyncAPI 3 document by the official parser, and one with a fault is refused', async () => {
    const text = (await eventCatalogue(project))['asyncapi.json'];
    const { document, diagnostics } = await new Parser().parse(text);
    expect(diagnostics.filter(({ severity }) => severity <= 1)).toEqual([]);
    expect(document?.version()).toBe('3.1.0');
    expect(document?.allMessages().get('OrderPlaced')?.name()).toBe('shopverse.order.v1.OrderPlaced');
    const placed = document?.allChannels().get('order');
    expect(placed?.address()).toBe('shopverse.order.v1');
    expect(placed?.operations().filterBySend().map((operation) => operation.id())).toEqual(['order-sends-order']); // prettier-ignore
    const receivers = placed?.operations().filterByReceive().map((operation) => operation.id()); // prettier-ignore
    expect(receivers).toEqual(expect.arrayContaining(['notification-receives-order', 'payment-receives-order', 'product-receives-order']));
    const broken = text.replace('"#/components/messages/OrderPlaced"', '"#/components/messages/Nothing"');
    expect((await new Parser().parse(broken)).document).toBeUndefined();
  });

  it('has each event published by the service of its package and by nobody else', async () => {
    const contracts = readContracts(await readFile(join(project, 'proto/gen/descriptors.binpb')));
    const events = catalogueOf(contracts, await registrations(join(project, 'services'))).flatMap((topic) => topic.events);
    expect(events.length).toBeGreaterThan(20);
    for (const { message, producers } of events) {
      const [, domain] = message.typeName.split('.');
      expect([message.name, producers.filter((service) => service !== domain)]).toEqual([message.name, []]);
    }
  });
});

describe('registrations', () => {
  it('are what is published anywhere in a service and what its consumers name, tests and migrations left out', async () => {
    const services = await mkdtemp(join(tmpdir(), 'shopverse-services-'));
    const files = {
      'ping/store/events.ts': "tx.publish(\n  eventTypes['shopverse.ping.v1.Pinged'], {});",
      'ping/rpc/ping.ts': "if (type === 'shopverse.ping.v1.Read') return;",
      'ping/store/migrations/1.ts': "publish(eventTypes['shopverse.ping.v1.Old'])",
      'pong/consumers/on-pinged.ts':
        "onEvent(eventTypes['shopverse.ping.v1.Pinged'], () => tx.publish(eventTypes['shopverse.pong.v1.Ponged'], {}))",
      'pong/consumers/on-pinged.test.ts': "'shopverse.ping.v1.Tested'",
    };
    for (const [file, text] of Object.entries(files)) {
      await mkdir(join(services, file, '..'), { recursive: true });
      await writeFile(join(services, file), text);
    }
    const found = await registrations(services);
    await rm(services, { recursive: true });
    expect(found.get('shopverse.ping.v1.Pinged')).toEqual({ producers: ['ping'], consumers: ['pong'] });
    expect(found.get('shopverse.pong.v1.Ponged')).toEqual({ producers: ['pong'], consumers: [] });
    expect(found.get('shopverse.ping.v1.Old') ?? found.get('shopverse.ping.v1.Tested')).toBeUndefined();
    expect(found.get('shopverse.ping.v1.Read')).toEqual({ producers: [], consumers: [] });
  });
});

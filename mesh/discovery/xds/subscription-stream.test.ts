import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../telemetry/logger.ts';
import { parsePolicy } from '../policy/parse.ts';
import { DEFAULT_POLICY, type Policy } from '../policy/policy.ts';
import type { RegisteredInstance } from '../registry.ts';
import { decode, type DiscoveryRequest, type DiscoveryResponse } from './messages.ts';
import { RETRY_BUDGET } from './retry-budget.ts';
import { Snapshot } from './snapshot.ts';
import { SubscriptionStream } from './subscription-stream.ts';
import { TYPE_URLS, type TypeUrl } from './type-url.ts';

const instance = (port: number, version = '1'): RegisteredInstance => ({
  id: String(port),
  service: 'product',
  ip: '10.0.0.1',
  port,
  adminPort: 0,
  version,
  startedAt: new Date(0),
  registeredAt: new Date(0),
  serving: true,
  certificateExpiresAt: undefined,
});

/** A stream with a world of its own. */
function world(instances: RegisteredInstance[] = [instance(1)]) {
  const state: { instances: RegisteredInstance[]; policy: Policy; isLearning: boolean } = { instances, policy: DEFAULT_POLICY, isLearning: false }; // prettier-ignore
  const sent: DiscoveryResponse[] = [];
  const stream = new SubscriptionStream({
    peer: 'order',
    log: createLogger('test', 'silent'),
    send: (response) => void sent.push(response),
    isLearning: () => state.isLearning,
    snapshot: () => new Snapshot({ instances: state.instances, services: ['product'], policyOf: () => state.policy }),
  });
  const ask = (type: TypeUrl, names: string[], change: Partial<DiscoveryRequest> = {}) =>
    stream.receive({ node: null, type_url: type, resource_names: names, version_info: '', response_nonce: '', error_detail: null, ...change }); // prettier-ignore
  const acknowledge = (type: TypeUrl, names: string[], change: Partial<DiscoveryRequest> = {}) => {
    const { version_info, nonce } = sent.findLast(({ type_url }) => type_url === type) ?? { version_info: '', nonce: '' };
    ask(type, names, { version_info, response_nonce: nonce, ...change });
  };
  return { state, sent, stream, ask, acknowledge };
}
const last = (sent: DiscoveryResponse[]) =>
  sent.at(-1)?.resources.map(({ type_url, value }) => decode(type_url.slice(type_url.lastIndexOf('/') + 1), value)) ?? [];
const { endpoints: EDS, cluster: CDS, listener: LDS, routes: RDS } = TYPE_URLS;

describe('an xDS stream', () => {
  it('answers a subscription, takes the ACK, and speaks again only when something has changed', () => {
    const { state, sent, stream, ask, acknowledge } = world();
    ask(EDS, ['product']);
    expect(last(sent)).toMatchObject([
      { cluster_name: 'product', endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { port_value: 1 } } } }] }] },
    ]);
    acknowledge(EDS, ['product']);
    stream.changed();
    expect(sent).toHaveLength(1);
    state.instances = [instance(1), instance(2)];
    stream.changed();
    expect(sent).toHaveLength(2);
    expect(sent[1]?.version_info).not.toBe(sent[0]?.version_info);
  });

  it('says no more to somebody who is slow, and then only how it is now', () => {
    const { state, sent, stream, ask, acknowledge } = world();
    ask(EDS, ['product']);
    for (const port of [2, 3, 4]) {
      state.instances = [instance(port)];
      stream.changed();
    }
    expect(sent).toHaveLength(1);
    acknowledge(EDS, ['product']);
    expect(sent).toHaveLength(2);
    expect(JSON.stringify(last(sent))).toContain('"port_value":4');
  });

  it('gives the same content the same version, whoever tells it', () => {
    const [one, other] = [world(), world()];
    for (const { ask } of [one, other]) ask(CDS, ['product']);
    expect(one.sent[0]?.version_info).toBe(other.sent[0]?.version_info);
  });

  it('takes a NACK without sending the same again', () => {
    const { sent, stream, ask, acknowledge } = world();
    ask(CDS, ['product']);
    acknowledge(CDS, ['product'], { version_info: '', error_detail: { code: 3, message: 'port 99999 is out of range' } });
    stream.changed();
    expect(sent).toHaveLength(1);
  });

  it('pays no heed to what answers an older word', () => {
    const { state, sent, stream, ask, acknowledge } = world();
    ask(EDS, ['product']);
    const [first] = sent;
    acknowledge(EDS, ['product']);
    state.instances = [];
    stream.changed();
    ask(EDS, ['product', 'order'], { response_nonce: first?.nonce ?? '' });
    expect(sent).toHaveLength(2);
  });

  it('answers when more is asked for', () => {
    const { sent, ask, acknowledge } = world();
    ask(RDS, ['product']);
    acknowledge(RDS, ['product', 'order']);
    expect(last(sent)).toMatchObject([{ name: 'product' }, { name: 'order' }]);
  });

  it('tells who asks for all clusters of all, and goes on with those that come', () => {
    const { state, sent, stream, ask, acknowledge } = world([]);
    ask(CDS, []);
    expect(last(sent)).toMatchObject([{ name: 'product' }]);
    acknowledge(CDS, []);
    state.instances = [{ ...instance(5), service: 'order' }];
    stream.changed();
    expect(last(sent)).toMatchObject([{ name: 'order' }, { name: 'product' }]);
  });

  it('gives who asks for a service that is not there routes and a cluster without instances', () => {
    const { sent, ask } = world();
    for (const type of [LDS, RDS, CDS, EDS]) ask(type, ['prodct']);
    expect(sent.flatMap(({ resources }) => resources)).toHaveLength(4);
  });

  it('leaves who knows more with that while it is learning, and tells who knows nothing at once', () => {
    const knowing = world([]);
    knowing.state.isLearning = true;
    knowing.ask(EDS, ['product'], { version_info: 'of another' });
    knowing.stream.changed();
    expect(knowing.sent).toEqual([]);
    knowing.state.isLearning = false;
    knowing.stream.changed();
    expect(knowing.sent).toHaveLength(1);
    const fresh = world([]);
    fresh.state.isLearning = true;
    fresh.ask(EDS, ['product']);
    expect(fresh.sent).toHaveLength(1);
  });

  it('sends calls to versions by weight', () => {
    const { state, sent, ask } = world([instance(1, '1.0'), instance(2, '1.1')]);
    state.policy = parsePolicy('product.yaml', 'weights: { "1.0": 90, "1.1": 10 }\ntimeout: 2s\n');
    ask(RDS, ['product']);
    const routesOfLast = (last(sent)[0] as { virtual_hosts: { routes: { match: object; route: object }[] }[] }).virtual_hosts[0]?.routes;
    expect(routesOfLast?.at(-1)?.route).toMatchObject({
      weighted_clusters: { clusters: [{ name: 'product/1.0' }, { name: 'product/1.1' }] },
      max_stream_duration: { max_stream_duration: { seconds: '2' } },
    });
    ask(EDS, ['product/1.1']);
    expect(last(sent)).toMatchObject([{ cluster_name: 'product/1.1', endpoints: [{ lb_endpoints: [{}] }] }]);
  });

  it('carries the retry budget where the channel looks for it', () => {
    const { state, sent, ask } = world();
    state.policy = parsePolicy('product.yaml', 'retries: { budgetPercent: 12.5 }');
    ask(RDS, ['product']);
    expect(last(sent)).toMatchObject([
      { virtual_hosts: [{ metadata: { filter_metadata: { [RETRY_BUDGET]: { fields: { percent: { numberValue: 12.5 } } } } } }] },
    ]);
  });

  it('lets only what the contract calls repeatable be retried', () => {
    const { sent, ask } = world();
    ask(RDS, ['product']);
    const routesOfLast = (last(sent)[0] as { virtual_hosts: { routes: { match: { path?: string }; route: { retry_policy: object | null } }[] }[] }).virtual_hosts[0]?.routes ?? []; // prettier-ignore
    const retried = routesOfLast.filter(({ route }) => route.retry_policy !== null).map(({ match }) => match.path);
    expect(retried).toContain('/shopverse.product.v1.ProductService/GetProduct');
    expect(retried).not.toContain('/shopverse.product.v1.ProductService/CreateProduct');
    expect(routesOfLast.at(-1)?.route.retry_policy).toBeNull();
  });
});

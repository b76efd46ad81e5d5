/** The control plane's parts with 50 services of 20 replicas, and 1,000 clients that are told of five services each; tells its memory and what a change costs (IPC). */
import { setImmediate as turn } from 'node:timers/promises';
import '@shopverse/mesh/lifecycle/run-service';
import { DEFAULT_POLICY } from '@shopverse/mesh/discovery/policy/policy';
import { Registry } from '@shopverse/mesh/discovery/registry';
import { Snapshot } from '@shopverse/mesh/discovery/xds/snapshot';
import { SubscriptionStream } from '@shopverse/mesh/discovery/xds/subscription-stream';
import { TYPE_URLS } from '@shopverse/mesh/discovery/xds/type-url';
import { newId } from '@shopverse/mesh/ids';
import { createLogger } from '@shopverse/mesh/telemetry/logger';

const [SERVICES, REPLICAS, KNOWN] = [50, 20, 5];
const nobody = () => {};
const registry = new Registry(60_000, { changed: nobody, joined: nobody, gone: nobody });
const services = Array.from({ length: SERVICES }, (_, index) => `service-${index}`);
for (const [index, service] of services.entries())
  for (let replica = 0; replica < REPLICAS; replica += 1) join(service, `10.0.${index}.${replica + 1}`);

let snapshot: Snapshot | undefined;
let bytes = 0;
const log = createLogger('discovery', 'silent');
const streams = Array.from({ length: SERVICES * REPLICAS }, (_, index) => {
  const stream = new SubscriptionStream({
    peer: 'bench',
    log,
    isLearning: () => false,
    snapshot: () => (snapshot ??= new Snapshot({ instances: registry.instances(), services, policyOf: () => DEFAULT_POLICY })),
    send: ({ resources }) => {
      for (const { value } of resources) bytes += value.length;
    },
  });
  const names = Array.from({ length: KNOWN }, (_unused, next) => services[(index + next * 7) % SERVICES] ?? '');
  for (const type of Object.values(TYPE_URLS))
    stream.receive({ node: null, type_url: type, resource_names: names, version_info: '', response_nonce: '', error_detail: null });
  return stream;
});

await turn();
const before = process.cpuUsage();
join('service-0', '10.0.0.99');
snapshot = undefined;
for (const stream of streams) stream.changed();
const { user, system } = process.cpuUsage(before);
process.on('disconnect', () => process.exit(0));
process.send?.({ memoryMb: process.memoryUsage.rss() / 1e6, changeMs: (user + system) / 1000, bytes });

function join(service: string, ip: string): void {
  registry.register({ id: newId(), service, ip, port: 50_051, adminPort: 9_464, version: '1.0.0', startedAt: new Date(), serving: true, certificateExpiresAt: new Date() }); // prettier-ignore
}

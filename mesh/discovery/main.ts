/** The control plane: instances register with it, and it tells everybody by xDS who is where and how they are called. */
import { DiscoveryServiceDefinition } from '@shopverse/contracts/shopverse/mesh/v1/discovery_service';
import { ConfigError } from '../config/read.ts';
import { every } from '../lifecycle/every.ts';
import { runService } from '../lifecycle/run-service.ts';
import { settings } from './config.ts';
import { Faults } from './faults.ts';
import { Policies } from './policy/policies.ts';
import { registryService } from './registry-service.ts';
import { Registry } from './registry.ts';
import { AdsServer } from './xds/ads-server.ts';

await runService('discovery', settings, async (service) => {
  const { log, config } = service;
  const policies = new Policies(config.DISCOVERY_POLICIES, log);
  await policies.load().catch((error: Error) => {
    throw new ConfigError(`DISCOVERY_POLICIES: ${error.message}.`);
  });

  // Who comes back from another control plane, or from before a restart of this one, knows more than an empty registry does.
  let isLearning = true;
  const ads = new AdsServer({
    log,
    isLearning: () => isLearning,
    state: () => ({ instances: registry.instances(), services: policies.services(), policyOf: (name) => policies.of(name) }),
  });
  const learned = setTimeout(() => {
    isLearning = false;
    ads.changed();
  }, config.DISCOVERY_LEASE_MS);
  service.onStop('jobs', 'learning', async () => clearTimeout(learned));

  const registry = new Registry(config.DISCOVERY_LEASE_MS, {
    changed: () => ads.changed(),
    joined: ({ service: name, ip, port, version, id }) => log.info({ instance: id, of: name, ip, port, version }, 'instance joined'),
    gone: ({ service: name, ip, port, id }, reason) => log.info({ instance: id, of: name, ip, port, reason }, 'instance gone'),
  });

  const faults = new Faults((name) => policies.of(name));
  service.serve(DiscoveryServiceDefinition, registryService({ registry, policies, faults, subscribers: () => ads.subscribers }));
  service.serveBare((server) => ads.addTo(server));
  service.onStop('server', 'xDS streams', async () => ads.close());
  every(service, 'policies', { intervalMs: config.DISCOVERY_POLICIES_INTERVAL_MS }, async () => {
    if (!(await policies.load())) return;
    ads.changed();
    faults.changed();
  });
});

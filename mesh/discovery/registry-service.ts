import type { Instance, Mesh, MeshService } from '@shopverse/contracts/shopverse/mesh/v1/mesh';
import type { DiscoveryServiceDefinition } from '@shopverse/contracts/shopverse/mesh/v1/discovery_service';
import { failure } from '../failure.ts';
import type { Handlers } from '../rpc/handler.ts';
import { toDuration } from './duration.ts';
import type { Policies } from './policy/policies.ts';
import { policyMessage } from './policy/message.ts';
import type { RegisteredInstance, Registry } from './registry.ts';

/** What the contract's handlers stand on. */
export interface RegistryServiceParts {
  readonly registry: Registry;
  readonly policies: Policies;
  /** Open xDS streams. */
  readonly subscribers: () => number;
}

/** The control plane's own contract. */
export function registryService({ registry, policies, subscribers }: RegistryServiceParts): Handlers<typeof DiscoveryServiceDefinition> {
  return {
    async *register({ instanceId, startedAt = new Date(), ...said }, call) {
      // A workload registers nobody but itself, whatever it says.
      const registration = registry.register({ ...said, certificateExpiresAt: said.certificateExpiresAt, id: instanceId, service: call.peer, startedAt }); // prettier-ignore
      const hungUp = new Promise<'hung up'>((resolve) => {
        call.signal.addEventListener('abort', () => resolve('hung up'), { once: true });
        if (call.signal.aborted) resolve('hung up');
      });
      try {
        yield { lease: toDuration(registry.leaseMs) };
        await Promise.race([registration.over, hungUp]);
      } finally {
        registration.end();
      }
    },
    renew: async ({ instanceId, serving, certificateExpiresAt }, call) => {
      if (!registry.renew(call.peer, instanceId, { serving, certificateExpiresAt }))
        throw failure('INSTANCE_NOT_FOUND', 'This instance is not registered; register it again.', { instance_id: instanceId });
      return {};
    },
    getMesh: async (): Promise<Mesh> => {
      const byService = Map.groupBy(registry.instances(), ({ service }) => service);
      const names = [...new Set([...byService.keys(), ...policies.services()])].toSorted();
      return {
        services: names.map((name): MeshService => ({
          name,
          instances: (byService.get(name) ?? []).map(instanceMessage),
          policy: policyMessage(policies.of(name)),
        })), // prettier-ignore
        policyProblems: [...policies.problems()],
        lease: toDuration(registry.leaseMs),
        subscribers: subscribers(),
      };
    },
  };
}

function instanceMessage({ service: _service, ...instance }: RegisteredInstance): Instance {
  return { ...instance, certificateExpiresAt: instance.certificateExpiresAt };
}

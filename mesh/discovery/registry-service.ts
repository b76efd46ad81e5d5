import type { Instance, Mesh, MeshService } from '@shopverse/contracts/shopverse/mesh/v1/mesh';
import type { DiscoveryServiceDefinition } from '@shopverse/contracts/shopverse/mesh/v1/discovery_service';
import { failure, invalidField } from '../failure.ts';
import type { Handlers } from '../rpc/handler.ts';
import { toDuration } from './duration.ts';
import type { Faults } from './faults.ts';
import type { Policies } from './policy/policies.ts';
import { policyMessage } from './policy/message.ts';
import type { RegisteredInstance, Registry } from './registry.ts';

/** Longest time of trouble that somebody sets by hand, in milliseconds. */
const LONGEST_FAULT_MS = 3_600_000;

/** What the contract's handlers stand on. */
export interface RegistryServiceParts {
  readonly registry: Registry;
  readonly policies: Policies;
  readonly faults: Faults;
  /** Open xDS streams. */
  readonly subscribers: () => number;
}

/** The control plane's own contract. */
export function registryService({
  registry,
  policies,
  faults,
  subscribers,
}: RegistryServiceParts): Handlers<typeof DiscoveryServiceDefinition> {
  return {
    async *register({ instanceId, startedAt = new Date(), ...said }, call) {
      // A workload registers nobody but itself, whatever it says.
      const registration = registry.register({ ...said, certificateExpiresAt: said.certificateExpiresAt, id: instanceId, service: call.peer, startedAt }); // prettier-ignore
      const hungUp = new Promise<'hung up'>((resolve) => {
        call.signal.addEventListener('abort', () => resolve('hung up'), { once: true });
        if (call.signal.aborted) resolve('hung up');
      });
      const ended = Promise.race([registration.over, hungUp]).then(() => 'ended' as const);
      try {
        for (let told: string | undefined; ;) {
          // Asked for first: what changes while it is told is told next.
          const { nextChange } = faults;
          const now = faults.of(call.peer);
          const text = JSON.stringify(now, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
          if (text !== told) yield { lease: toDuration(registry.leaseMs), faults: now };
          told = text;
          if ((await Promise.race([ended, nextChange])) === 'ended') return;
        }
      } finally {
        registration.end();
      }
    },
    renew: async ({ instanceId, serving, certificateExpiresAt }, call) => {
      if (!registry.renew(call.peer, instanceId, { serving, certificateExpiresAt }))
        throw failure('INSTANCE_NOT_FOUND', 'This instance is not registered; register it again.', { instance_id: instanceId });
      return {};
    },
    setFaults: async ({ service, faults: wanted }, { log }) => {
      const latest = Date.now() + LONGEST_FAULT_MS;
      for (const [index, { until, delay, abort }] of wanted.entries()) {
        if (until === undefined || until.getTime() > latest) throw invalidField(`faults[${index}].until`, 'must be within the next hour');
        if (delay === undefined && abort === '') throw invalidField(`faults[${index}]`, 'must have a delay or an abort');
      }
      faults.set(service, wanted);
      log.warn(
        { of: service, faults: wanted.length },
        wanted.length === 0 ? 'no trouble is made on purpose any more' : 'trouble is made on purpose',
      );
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
          faults: faults.of(name),
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

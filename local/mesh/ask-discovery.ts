import { DiscoveryServiceDefinition } from '@shopverse/contracts/shopverse/mesh/v1/discovery_service';
import { DISCOVERY } from '@shopverse/mesh/discovery/instance/workload';
import { Failure } from '@shopverse/mesh/failure';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { openClient, type RpcClient } from '@shopverse/mesh/rpc/client';
import { join } from 'node:path';
import { StackError } from '../stack-error.ts';
import type { Stack } from '../stack.ts';

/** Asks the stack's control plane as an operator. @throws StackError with what to do when there is none, it does not answer, or it refuses */
export async function askDiscovery<Answer>(
  { context: { ports, home, config } }: Pick<Stack, 'context'>,
  ask: (client: RpcClient<typeof DiscoveryServiceDefinition>) => Promise<Answer>,
): Promise<Answer> {
  if (config.SHOPVERSE_MESH !== 'xds') throw new StackError('With SHOPVERSE_MESH=fixed there is no control plane to ask.');
  const open = openClient(DiscoveryServiceDefinition, {
    name: DISCOVERY,
    target: `127.0.0.1:${ports[DISCOVERY] ?? 0}`,
    credentials: new WorkloadCredentials(join(home.certificates, 'operator')).channel(DISCOVERY),
  });
  try {
    return await ask(open.client);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new StackError(`The control plane does not answer: ${error.message} See npx shopverse status.`);
  } finally {
    open.close();
  }
}

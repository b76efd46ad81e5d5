/** One client of the comparison: `client.ts <variant> <certificates> <target> [control plane]`. Told how many calls to make, it makes them and tells its CPU time (IPC). */
import { join } from 'node:path';
import { Client, credentials as grpcCredentials, Metadata } from '@grpc/grpc-js';
import { XdsTargets } from '@shopverse/mesh/discovery/channel/xds-targets';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { createLogger } from '@shopverse/mesh/telemetry/logger';
import { openClient } from '@shopverse/mesh/rpc/client';
import { methodPath, methodsOf } from '@shopverse/mesh/rpc/definition';
import { closedLoop } from '../../edge/load.ts';
import { CALLEE, CALLER, definition, isMesh, request, type Variant } from './call.ts';

/** Calls under way at once. */
const IN_FLIGHT = 32;

const [variant, folder, wanted, controlPlane = ''] = process.argv.slice(2) as [Variant, string, string, string?];
const target = new XdsTargets({
  controlPlanes: [controlPlane],
  certificates: join(folder, CALLER),
  log: createLogger(CALLER, 'info'),
  node: CALLER,
}).channelTarget(wanted);
const credentials =
  variant === 'plaintext' ? grpcCredentials.createInsecure() : new WorkloadCredentials(join(folder, CALLER)).channel(CALLEE);

function caller(): () => Promise<unknown> {
  if (isMesh(variant)) {
    const { client } = openClient(definition, { name: CALLEE, target, credentials });
    return () => client.batchGetProfiles(request);
  }
  const client = new Client(target, credentials, { 'grpc.ssl_target_name_override': CALLEE, 'grpc.default_authority': CALLEE });
  const [[, method] = []] = methodsOf(definition).filter(([key]) => key === 'batchGetProfiles');
  if (method === undefined) throw new Error('the contract has changed');
  const path = methodPath(definition, method);
  const encode = (message: object) => Buffer.from(method.requestType.encode(message).finish());
  const decode = (bytes: Buffer) => method.responseType.decode(bytes);
  return () =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, encode, decode, request, new Metadata(), { deadline: Date.now() + 5_000 }, (error, answered) =>
        error === null ? resolve(answered) : reject(error),
      );
    });
}

const call = caller();
process.on('message', (message: { calls: number }) => {
  void run(message.calls).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });

async function run(calls: number): Promise<{ cpu: NodeJS.CpuUsage; ms: number }> {
  const before = process.cpuUsage();
  const ms = await closedLoop({ call }, calls, IN_FLIGHT);
  return { cpu: process.cpuUsage(before), ms };
}

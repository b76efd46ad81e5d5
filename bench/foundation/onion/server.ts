/** One server of the comparison: `server.ts <variant> <certificates>`. Tells its address, then its CPU time when asked (IPC). */
import { unserved } from '@shopverse/mesh/rpc/testing/unserved';
import { join } from 'node:path';
import { Server, ServerCredentials, type handleUnaryCall } from '@grpc/grpc-js';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { createLogger } from '@shopverse/mesh/telemetry/logger';
import { methodPath, methodsOf } from '@shopverse/mesh/rpc/definition';
import { RpcServer } from '@shopverse/mesh/rpc/serve';
import { answer, CALLEE, definition, isMesh, type Variant } from './call.ts';

const [variant, folder] = process.argv.slice(2) as [Variant, string];
const credentials = variant === 'plaintext' ? ServerCredentials.createInsecure() : new WorkloadCredentials(join(folder, CALLEE)).server();

async function listen(): Promise<number> {
  if (isMesh(variant)) {
    const server = new RpcServer({ credentials, log: createLogger(CALLEE, 'info') });
    server.add(definition, { ...unserved(definition), batchGetProfiles: async () => answer });
    return server.listen('127.0.0.1:0');
  }
  const server = new Server();
  const [[, method] = []] = methodsOf(definition).filter(([key]) => key === 'batchGetProfiles');
  if (method === undefined) throw new Error('the contract has changed');
  const call: handleUnaryCall<object, object> = (_call, callback) => callback(null, answer);
  server.addService(
    {
      batchGetProfiles: {
        path: methodPath(definition, method),
        requestStream: false,
        responseStream: false,
        requestSerialize: (message: object) => Buffer.from(method.requestType.encode(message).finish()),
        requestDeserialize: (bytes: Buffer) => method.requestType.decode(bytes),
        responseSerialize: (message: object) => Buffer.from(method.responseType.encode(message).finish()),
        responseDeserialize: (bytes: Buffer) => method.responseType.decode(bytes),
      },
    },
    { batchGetProfiles: call },
  );
  return new Promise((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', credentials, (error, port) => (error === null ? resolve(port) : reject(error))),
  );
}

const port = await listen();
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
process.on('disconnect', () => process.exit(0));
process.send?.({ port });

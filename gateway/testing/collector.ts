import { Server, ServerCredentials, type handleUnaryCall } from '@grpc/grpc-js';

/** An OTLP/gRPC collector that keeps what it is sent. */
export interface Collector {
  /** For EDGE_OTLP. */
  readonly address: string;
  /** Whether some report has all of the texts (protobuf keeps text as it is) and bytes. */
  received(...parts: readonly (string | Buffer)[]): boolean;
  readonly reports: readonly Buffer[];
  stop(): void;
}

/** Starts a collector on a free port. */
export async function startCollector(): Promise<Collector> {
  const reports: Buffer[] = [];
  const asIs = (bytes: Buffer): Buffer => bytes;
  const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
  const codec = { requestSerialize: asIs, requestDeserialize: asIs, responseSerialize: asIs, responseDeserialize: asIs };
  const take: handleUnaryCall<Buffer, Buffer> = (call, reply) => {
    reports.push(call.request);
    reply(null, Buffer.alloc(0));
  };
  const server = new Server();
  server.addService({ Export: { path, requestStream: false, responseStream: false, ...codec } }, { Export: take });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return {
    address: `127.0.0.1:${port}`,
    reports,
    received: (...parts) => reports.some((report) => parts.every((part) => report.includes(part))),
    stop: () => server.forceShutdown(),
  };
}

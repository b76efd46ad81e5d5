import type { Server, ServerDuplexStream } from '@grpc/grpc-js';
import { status as grpcStatus } from '@grpc/grpc-js';
import { peerOf } from '../../identity/peer.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { aggregatedDiscoveryService, type DiscoveryRequest, type DiscoveryResponse } from './messages.ts';
import { Snapshot, type MeshState } from './snapshot.ts';
import { SubscriptionStream, type StreamParts } from './subscription-stream.ts';

/** What the server tells about. */
export interface AdsServerOptions {
  readonly log: Logger;
  readonly state: () => MeshState;
  readonly isLearning: StreamParts['isLearning'];
}

/** How long changes are gathered before they are told, in milliseconds: a rollout is many at once. */
const GATHER_MS = 10;
/** Streams at once; more are refused, so that a mistake in a client can't take the control plane's memory. */
const MAX_STREAMS = 10_000;

type Call = ServerDuplexStream<DiscoveryRequest, DiscoveryResponse>;

/** Serves xDS (ADS, state of the world) to proxies and to proxyless clients alike. */
export class AdsServer {
  readonly #options: AdsServerOptions;
  readonly #streams = new Map<SubscriptionStream, Call>();
  #snapshot: Snapshot | undefined;
  #gathering: NodeJS.Timeout | undefined;

  constructor(options: AdsServerOptions) {
    this.#options = options;
  }

  /** Open streams. */
  get subscribers(): number {
    return this.#streams.size;
  }

  /** Adds the service to a server whose connections are mutual TLS. */
  addTo(server: Server): void {
    server.addService(aggregatedDiscoveryService, {
      StreamAggregatedResources: (call: Call) => this.#open(call),
      DeltaAggregatedResources: (call: Call) =>
        call.emit('error', { code: grpcStatus.UNIMPLEMENTED, details: 'Only the state-of-the-world protocol is served here.' }),
    });
  }

  /** Something that is told has changed. */
  changed(): void {
    this.#snapshot = undefined;
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      for (const stream of this.#streams.keys()) stream.changed();
    }, GATHER_MS);
  }

  /** Ends all streams; their other ends go to another replica, or come back. */
  close(): void {
    clearTimeout(this.#gathering);
    for (const call of this.#streams.values()) call.end();
  }

  #open(call: Call): void {
    const peer = peerOf(call);
    if (peer === undefined || this.#streams.size >= MAX_STREAMS) {
      const [code, details] =
        peer === undefined
          ? [grpcStatus.PERMISSION_DENIED, 'A workload certificate of this mesh is needed.']
          : [grpcStatus.RESOURCE_EXHAUSTED, 'Too many streams are open.'];
      call.emit('error', { code, details });
      return;
    }
    const { log } = this.#options;
    const stream = new SubscriptionStream({
      peer,
      log,
      isLearning: this.#options.isLearning,
      snapshot: () => (this.#snapshot ??= new Snapshot(this.#options.state())),
      send: (response) => void call.write(response),
    });
    this.#streams.set(stream, call);
    log.debug({ peer, streams: this.#streams.size }, 'xDS stream opened');
    call.on('data', (request: DiscoveryRequest) => stream.receive(request));
    const forget = () => this.#streams.delete(stream);
    call.on('end', () => {
      forget();
      call.end();
    });
    call.on('cancelled', forget);
    call.on('error', forget);
  }
}

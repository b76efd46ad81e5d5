import { Client, Metadata, status as grpcStatus, type ChannelCredentials, type ClientReadableStream } from '@grpc/grpc-js';
import {
  DiscoveryServiceDefinition,
  RegisterRequest,
  RegisterResponse,
  RenewRequest,
} from '@shopverse/contracts/shopverse/mesh/v1/discovery_service';
import type { Fault } from '@shopverse/contracts/shopverse/mesh/v1/mesh';
import { backoffMs, sleep } from '../../backoff.ts';
import { toBuffer } from '../../rpc/definition.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { fromDuration } from '../duration.ts';
import { DISCOVERY } from './workload.ts';

/** One control plane, and what is said there. */
export interface RegistrarOptions {
  /** host:port of one replica of the control plane. */
  readonly address: string;
  readonly credentials: ChannelCredentials;
  readonly log: Logger;
  /** What the instance says of itself at this moment. */
  readonly describe: () => RegisterRequest;
  /** Hears of trouble that is to be made on purpose, each time all of it. @default nobody hears */
  readonly onFaults?: (faults: readonly Fault[]) => void;
}

/** Longest wait for an answer of the control plane, in milliseconds. */
const ANSWER_MS = 3_000;
/** Longest wait before another try, in milliseconds: well below any sensible lease, so that a control plane that comes back is told in time. */
const MAX_BACKOFF_MS = 1_000;
/**
 * How long one stream is kept, in milliseconds. The next one is there before it ends, on a connection of its own: certificates are renewed meanwhile, and the
 * control plane ends connections of an hour.
 */
const STREAM_MS = 30 * 60_000;

const PATH = `/${DiscoveryServiceDefinition.fullName}`;

/** Keeps one instance registered with one replica of the control plane: again and again until it leaves. */
export class Registrar {
  readonly #options: RegistrarOptions;
  readonly #leaving = new AbortController();
  readonly #loop: Promise<void>;
  readonly #streamMs: number;
  #held: Hold | undefined;
  #registered = Promise.withResolvers<void>();
  #trouble = 'not yet registered';

  constructor(options: RegistrarOptions, streamMs = STREAM_MS) {
    this.#options = options;
    this.#streamMs = streamMs;
    this.#loop = this.#keep();
  }

  /** Throws, with a reason, while the instance is not registered there. */
  async check(): Promise<void> {
    if (this.#held === undefined) throw new Error(`${this.#options.address}: ${this.#trouble}`);
  }

  /** Resolves when it is registered, or `timeoutMs` milliseconds have passed. */
  async registered(timeoutMs: number): Promise<void> {
    const enough = new AbortController();
    await Promise.race([this.#registered.promise, sleep(timeoutMs, AbortSignal.any([enough.signal, this.#leaving.signal]))]);
    enough.abort();
  }

  /** Tells at once what has changed, with the heartbeat that would come anyway. */
  renew(): void {
    this.#held?.wake();
  }

  /** Deregisters: the control plane has heard when this resolves, unless it is away. */
  async leave(): Promise<void> {
    this.#leaving.abort();
    await this.#loop;
  }

  async #keep(): Promise<void> {
    const { signal } = this.#leaving;
    let failures = 0;
    let previous: Hold | undefined;
    while (!signal.aborted) {
      try {
        const held = await Hold.take(this.#options, signal);
        previous?.release();
        this.#held = held;
        if (failures > 0 || previous === undefined)
          this.#options.log.info({ control_plane: this.#options.address, lease_ms: held.leaseMs }, 'registered');
        failures = 0;
        this.#registered.resolve();
        await held.keep(this.#streamMs * (1 - Math.random() / 10));
        previous = held; // its time is over, and it is still good: the next is taken first
      } catch (error) {
        if (signal.aborted) break;
        for (const hold of [previous, this.#held]) hold?.release();
        previous = undefined;
        this.#held = undefined;
        this.#trouble = error instanceof Error ? error.message : String(error);
        failures += 1;
        const level = failures === 1 ? 'warn' : 'debug';
        this.#options.log[level]({ control_plane: this.#options.address, reason: this.#trouble }, 'not registered; trying again');
        await sleep(backoffMs(failures, { initialMs: 50, maxMs: MAX_BACKOFF_MS }), signal);
      }
    }
    if (previous !== this.#held) previous?.release();
    await this.#held?.leave();
    this.#held = undefined;
  }
}

/** One registration: a stream, and the heartbeats beside it. */
class Hold {
  readonly leaseMs: number;
  readonly #client: Client;
  readonly #stream: ClientReadableStream<RegisterResponse>;
  readonly #options: RegistrarOptions;
  readonly #signal: AbortSignal;
  readonly #ended: Promise<Error>;
  #wake: (() => void) | undefined;

  private constructor(
    options: RegistrarOptions,
    signal: AbortSignal,
    open: { client: Client; stream: ClientReadableStream<RegisterResponse>; ended: Promise<Error>; leaseMs: number },
  ) {
    this.#options = options;
    this.#signal = signal;
    this.#client = open.client;
    this.#stream = open.stream;
    this.#ended = open.ended;
    this.leaseMs = open.leaseMs;
  }

  /** Registers. @throws Error saying why it could not */
  static async take(options: RegistrarOptions, signal: AbortSignal): Promise<Hold> {
    const client = new Client(options.address, options.credentials, {
      'grpc.ssl_target_name_override': DISCOVERY,
      'grpc.default_authority': DISCOVERY,
      'grpc.use_local_subchannel_pool': 1,
      'grpc.keepalive_time_ms': 10_000,
      'grpc.keepalive_timeout_ms': 5_000,
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': MAX_BACKOFF_MS,
    });
    const request = options.describe();
    const stream = client.makeServerStreamRequest(
      `${PATH}/Register`,
      (message: RegisterRequest) => toBuffer(RegisterRequest.encode(message).finish()),
      (bytes: Buffer) => RegisterResponse.decode(bytes),
      request,
      new Metadata(),
    );
    const ended = new Promise<Error>((resolve) => {
      stream.on('error', resolve);
      stream.on('end', () => resolve(new Error('the control plane ended the registration')));
    });
    stream.on('data', ({ faults }: RegisterResponse) => options.onFaults?.(faults));
    const first = new Promise<RegisterResponse>((resolve) => stream.once('data', resolve));
    const enough = new AbortController();
    const timer = sleep(ANSWER_MS, AbortSignal.any([enough.signal, signal])).then(() => new Error('no answer'));
    const answer = await Promise.race([first, ended, timer]);
    enough.abort();
    if (answer instanceof Error) {
      stream.cancel();
      client.close();
      throw answer;
    }
    return new Hold(options, signal, { client, stream, ended, leaseMs: fromDuration(answer.lease ?? { seconds: 10n, nanos: 0 }) });
  }

  /** Sends heartbeats until `forMs` milliseconds have passed or the instance leaves. @throws Error when the registration is lost */
  async keep(forMs: number): Promise<void> {
    const end = performance.now() + forMs;
    const lost = new AbortController();
    void this.#ended.then((error) => {
      lost.abort(error);
      this.wake();
    });
    while (!this.#signal.aborted && performance.now() < end) {
      lost.signal.throwIfAborted();
      const pause = new AbortController();
      this.#wake = () => pause.abort();
      await sleep(Math.min(this.leaseMs / 3, Math.max(0, end - performance.now())), AbortSignal.any([pause.signal, this.#signal]));
      lost.signal.throwIfAborted();
      if (!this.#signal.aborted) await this.#renew();
    }
  }

  /** Sends the next heartbeat now. */
  wake(): void {
    this.#wake?.();
  }

  /** Lets go of it: another stream has taken the instance over, or it is lost. */
  release(): void {
    this.#stream.cancel();
    this.#client.close();
  }

  /** Deregisters, and waits until the control plane knows. */
  async leave(): Promise<void> {
    this.#stream.cancel();
    await this.#call('Renew', toBuffer(RenewRequest.encode(renewal(this.#options.describe())).finish())).catch(() => undefined);
    this.#client.close();
  }

  async #renew(): Promise<void> {
    await this.#call('Renew', toBuffer(RenewRequest.encode(renewal(this.#options.describe())).finish())).catch((error: Error & { code?: number }) => {
      // One that is late is no reason to give up; the stream tells when it is over.
      if (error.code === grpcStatus.NOT_FOUND) throw error;
    });
  } // prettier-ignore

  async #call(method: string, bytes: Buffer): Promise<void> {
    const asIs = (message: Buffer) => message;
    await new Promise<void>((resolve, reject) => {
      const options = { deadline: Date.now() + ANSWER_MS };
      this.#client.makeUnaryRequest(`${PATH}/${method}`, asIs, asIs, bytes, new Metadata(), options, (error) =>
        error === null ? resolve() : reject(error),
      );
    });
  }
}

function renewal({ instanceId, serving, certificateExpiresAt }: RegisterRequest): RenewRequest {
  return { instanceId, serving, certificateExpiresAt };
}

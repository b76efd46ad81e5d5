import { createHash, randomUUID } from 'node:crypto';
import type { Logger } from '../../telemetry/logger.ts';
import type { DiscoveryRequest, DiscoveryResponse } from './messages.ts';
import type { Resource, Snapshot } from './snapshot.ts';
import { isTypeUrl, TYPE_URLS, type TypeUrl } from './type-url.ts';

/** What a stream needs of its surroundings. */
export interface StreamParts {
  /** Its other end, for the log: the workload of its certificate. */
  readonly peer: string;
  readonly log: Logger;
  readonly send: (response: DiscoveryResponse) => void;
  readonly snapshot: () => Snapshot;
  /** Whether the registry is still being told who is there, so that "nobody" only means "not yet". */
  readonly isLearning: () => boolean;
}

interface Subscription {
  names: readonly string[];
  /** Asked for everything there is. */
  all: boolean;
  /** Content of the last answer. */
  sent: string | undefined;
  nonce: string;
  /** The last answer was neither taken nor refused yet; until then there is no other, so that nothing piles up before somebody who is slow. */
  waiting: boolean;
  /** It came with a version: it has been told before, perhaps by another control plane, and is left with that while this one is learning. */
  knowing: boolean;
}

/** One stream of the state-of-the-world protocol (xDS, "aggregated"): subscriptions by type, acknowledgements, refusals. */
export class SubscriptionStream {
  readonly #parts: StreamParts;
  readonly #subscriptions = new Map<TypeUrl, Subscription>();
  #node = '';

  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  /** Takes a request of the other end: a subscription, an ACK or a NACK. */
  receive({ node, type_url: type, resource_names: names, response_nonce: nonce, version_info: version, error_detail: error }: DiscoveryRequest): void {
    if (node !== null && node.id !== '') this.#node = node.id;
    if (!isTypeUrl(type)) {
      // Others have more types than we do; whoever asks for one of them gets no answer, as the protocol has it.
      this.#parts.log.debug({ peer: this.#parts.peer, node: this.#node, type }, 'subscription to a type that is not served here');
      return;
    }
    const known = this.#subscriptions.get(type);
    // An answer to what we said before our last word.
    if (known !== undefined && nonce !== '' && nonce !== known.nonce) return;
    if (error !== null)
      this.#parts.log.error({ peer: this.#parts.peer, node: this.#node, type: nameOf(type), version, reason: error.message }, 'xDS resources refused');
    const all = isWildcard(type, names, known);
    if (known === undefined) {
      this.#subscriptions.set(type, { names, all, sent: undefined, nonce: '', waiting: false, knowing: version !== '' });
    } else {
      if (nonce !== '') known.waiting = false;
      // Who asks for more wants to hear, even if the content is what was sent.
      if (names.some((name) => !known.names.includes(name))) known.sent = undefined;
      Object.assign(known, { names, all });
    }
    this.#tell(type);
  } // prettier-ignore

  /** Tells what has changed since the last time, in the order that never names what isn't there. */
  changed(): void {
    for (const type of Object.values(TYPE_URLS)) if (this.#subscriptions.has(type)) this.#tell(type);
  }

  #tell(type: TypeUrl): void {
    const subscription = this.#subscriptions.get(type);
    if (subscription === undefined || subscription.waiting || (subscription.knowing && this.#parts.isLearning())) return;
    const snapshot = this.#parts.snapshot();
    const resources = (subscription.all ? snapshot.names(type) : subscription.names)
      .map((name) => snapshot.get(type, name))
      .filter((resource): resource is Resource => resource !== undefined);
    const version = versionOf(resources);
    if (version === subscription.sent) return;
    subscription.sent = version;
    subscription.nonce = randomUUID();
    subscription.waiting = true;
    this.#parts.send({ version_info: version, type_url: type, nonce: subscription.nonce, resources: resources.map(({ any }) => any) });
  }
}

/** The hash of the content, so that all replicas of the control plane speak of the same versions. */
function versionOf(resources: readonly Resource[]): string {
  const hash = createHash('sha256');
  for (const resource of resources) hash.update(resource.hash);
  return hash.digest('base64url').slice(0, 16);
}

/** An empty list at the beginning means all, for clusters and listeners (xDS protocol, "wildcard subscriptions"); later it means none. */
function isWildcard(type: TypeUrl, names: readonly string[], known: Subscription | undefined): boolean {
  if (type !== TYPE_URLS.cluster && type !== TYPE_URLS.listener) return false;
  if (names.includes('*')) return true;
  return names.length === 0 && (known === undefined || known.all);
}

function nameOf(type: TypeUrl): string {
  return type.slice(type.lastIndexOf('.') + 1);
}

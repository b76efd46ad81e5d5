import { experimental, Metadata, status as grpcStatus, type ChannelOptions, type ServiceConfig, type StatusObject } from '@grpc/grpc-js';
import { RETRY_BUDGET } from '../xds/retry-budget.ts';

type Uri = experimental.GrpcUri;
type Listener = experimental.ResolverListener;

/** Scheme of the channels' targets behind `xds:`. */
const SCHEME = 'mesh-xds';
/** As in `serviceConfig` for other targets. */
const MAX_TOKENS = 20;
const DEFAULT_PERCENT = 20;

/** What grpc-js-xds hands to its load balancers, as far as it is read here. */
interface XdsConfig {
  readonly virtualHost?: {
    readonly metadata?: {
      readonly filter_metadata?: Readonly<Record<string, { readonly fields?: { readonly percent?: { readonly numberValue?: number } } }>>;
    } | null;
  };
} // prettier-ignore

/**
 * The xDS resolver with two things more. A target that can't be resolved fails its calls with the reason; by itself the library hands over "no addresses", with which
 * calls wait for their deadline. And the one thing that xDS can't say to gRPC clients: the retry throttle (gRFC A6), from the virtual host's metadata. Without it each
 * caller would retry without limit while a peer is in trouble.
 */
class BudgetResolver implements experimental.Resolver {
  readonly #inner: experimental.Resolver;

  constructor(target: Uri, listener: Listener, options: ChannelOptions) {
    const withBudget: Listener = (endpoints, attributes, config, note) => {
      if (config === null) return listener({ ok: false, error: unavailable(note) }, attributes, null, note);
      return listener(endpoints, attributes, config.ok ? { ok: true, value: throttled(config.value, attributes) } : config, note);
    };
    this.#inner = experimental.createResolver({ ...target, scheme: 'xds' }, withBudget, options);
  }

  static getDefaultAuthority({ path }: Uri): string {
    return path;
  }

  updateResolution(): void {
    this.#inner.updateResolution();
  }

  destroy(): void {
    this.#inner.destroy();
  }
}

function unavailable(details: string): StatusObject {
  return { code: grpcStatus.UNAVAILABLE, details, metadata: new Metadata() };
}

function throttled(config: ServiceConfig, attributes: Readonly<Record<string, unknown>>): ServiceConfig {
  const xds = attributes[`${experimental.SUBCHANNEL_ARGS_EXCLUDE_KEY_PREFIX}.xds_config`] as XdsConfig | undefined;
  const percent = xds?.virtualHost?.metadata?.filter_metadata?.[RETRY_BUDGET]?.fields?.percent?.numberValue ?? DEFAULT_PERCENT;
  return { ...config, retryThrottling: { maxTokens: MAX_TOKENS, tokenRatio: percent / 100 } };
}

/** Makes `mesh-xds:` known to grpc-js; once. */
export function registerBudgetResolver(): void {
  experimental.registerResolver(SCHEME, BudgetResolver);
}

/** The channel's target for an `xds:` target. */
export function behindBudget(target: string): string {
  return target.replace(/^xds:/, `${SCHEME}:`);
}

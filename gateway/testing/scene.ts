import { readDescriptors, type Descriptors } from '../contract/descriptors.ts';
import { settings } from '../settings.ts';
import { startBackends, type Backends, type Oddities } from './backends.ts';
import { startEdge, type Edge } from './envoy-process.ts';
import { startTokenIssuer, type TokenIssuer } from './tokens.ts';

/** The whole of what a test needs: services, keys and the edge before them. */
export interface Scene {
  readonly descriptors: Descriptors;
  readonly backends: Backends;
  readonly issuer: TokenIssuer;
  readonly edge: Edge;
  stop(): Promise<void>;
}

/** Every test calls from one address, more often than a client may. */
const unlimited = Object.fromEntries(
  ['ADDRESS_READS', 'ADDRESS_WRITES', 'ADDRESS_CREDENTIALS', 'USER_READS', 'USER_WRITES'].map((what) => [
    `EDGE_${what}_PER_MINUTE`,
    '1000000',
  ]),
);

/** Starts all of it. `environment`: settings beyond those the test does not care for. `contracts`: others than the shop's. */
export async function startScene(
  environment: Readonly<Record<string, string>> = {},
  oddities: Oddities = {},
  contracts?: Descriptors,
): Promise<Scene> {
  const descriptors = contracts ?? (await readDescriptors(settings.EDGE_DESCRIPTORS.parse(undefined)));
  const backends = await startBackends(descriptors, oddities);
  const issuer = await startTokenIssuer();
  // Who shows another's identity is not believed to serve.
  const odd = Object.keys(oddities.identities ?? {}).length;
  const stopPeers = async (): Promise<void> => void (await Promise.all([backends.stop(), issuer.stop()]));
  try {
    const edge = await startEdge(
      descriptors,
      {
        EDGE_CERTIFICATES: await backends.identity('edge'),
        EDGE_UPSTREAMS: backends.upstreams,
        EDGE_JWKS_URL: issuer.jwksUrl,
        ...unlimited,
        ...environment,
      },
      odd,
    );
    return { descriptors, backends, issuer, edge, stop: async () => void (await edge.stop(), await stopPeers()) };
  } catch (error) {
    await stopPeers();
    throw error;
  }
}

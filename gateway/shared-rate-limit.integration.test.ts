import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readDescriptors } from './contract/descriptors.ts';
import { settings } from './settings.ts';
import { startBackends, type Backends } from './testing/backends.ts';
import { rest } from './testing/call.ts';
import { startEdge, type Edge } from './testing/envoy-process.ts';
import { expectRefused } from './testing/error-shape.ts';
import { startRateLimitService } from './testing/rate-limit-service.ts';
import { startTokenIssuer, type TokenIssuer } from './testing/tokens.ts';

describe('a limit that several edges share', () => {
  let backends: Backends;
  let issuer: TokenIssuer;
  let limiter: Awaited<ReturnType<typeof startRateLimitService>>;
  let edges: readonly [Edge, Edge];
  beforeAll(async () => {
    const descriptors = await readDescriptors(settings.EDGE_DESCRIPTORS.parse(undefined));
    [backends, issuer] = await Promise.all([startBackends(descriptors), startTokenIssuer()]);
    limiter = await startRateLimitService(await backends.identity('ratelimit'), { counted: 'user=counted', limit: 5 });
    const start = async () =>
      startEdge(descriptors, {
        EDGE_CERTIFICATES: await backends.identity('edge'),
        EDGE_UPSTREAMS: backends.upstreams,
        EDGE_JWKS_URL: issuer.jwksUrl,
        EDGE_RATE_LIMIT_SERVICE: `127.0.0.1:${limiter.port}`,
      });
    edges = [await start(), await start()];
  }, 60_000);
  afterAll(async () => {
    await Promise.all([...edges.map(async (edge) => edge.stop()), backends.stop(), issuer.stop()]);
    limiter.stop();
  });

  it('is one number, wherever the calls come in', async () => {
    const token = await issuer.sign({ sub: 'counted' });
    const statuses: number[] = [];
    for (let index = 0; index < 8; index += 1) {
      const answer = await rest(edges[index % 2 === 0 ? 0 : 1].port, '/v1/users/me', { token });
      statuses.push(answer.status);
      if (answer.status !== 200) expectRefused(answer, 429, 8, 'RATE_LIMITED');
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    expect(limiter.asked.at(-1)).toEqual({
      domain: 'shopverse',
      descriptors: ['pace=READ masked_remote_address=127.0.0.1/32', 'pace=READ user=counted'],
    });
  });

  it('is done without while nobody counts it', async () => {
    limiter.stop();
    expect((await rest(edges[0].port, '/v1/users/me', { token: await issuer.sign({ sub: 'counted' }) })).status).toBe(200);
  });
});

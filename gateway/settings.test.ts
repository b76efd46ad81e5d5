import { describe, expect, it } from '@jest/globals';
import { describeSettings, readConfig } from '@shopverse/mesh/config/read';
import { settings } from './settings.ts';

const given = {
  EDGE_CERTIFICATES: '/certificates/edge',
  EDGE_UPSTREAMS: 'auth=127.0.0.1:50061,order=order-1:50051|order-2:50051',
  EDGE_JWKS_URL: 'http://127.0.0.1:9464/.well-known/jwks.json',
};
const read = (environment: NodeJS.ProcessEnv = {}) => readConfig(settings, { ...given, ...environment });

describe("the edge's settings", () => {
  it('have defaults for all but certificates, keys and where the services are', () => {
    expect(read()).toMatchObject({
      EDGE_LISTEN: { host: '127.0.0.1', port: 8080 },
      EDGE_ADMIN_LISTEN: { host: '127.0.0.1', port: 9901 },
      AUTH_ISSUER: 'https://shopverse.local',
      AUTH_AUDIENCE: 'shopverse',
      EDGE_TRACE_SAMPLING: 100,
      EDGE_ACCESS_LOG: '/dev/stdout',
      EDGE_CORS_ORIGINS: [],
      EDGE_MAX_BODY_BYTES: 1024 * 1024,
    });
    expect(read()).not.toHaveProperty('EDGE_OTLP');
  });

  it('take several endpoints of one service', () => {
    expect([...read().EDGE_UPSTREAMS]).toEqual([
      ['auth', [{ host: '127.0.0.1', port: 50061 }]],
      ['order', [{ host: 'order-1', port: 50051 }, { host: 'order-2', port: 50051 }]],
    ]); // prettier-ignore
  });

  it.each([
    ['EDGE_LISTEN', '8080', 'must be host:port'],
    ['EDGE_ADMIN_LISTEN', '0.0.0.0:9901', 'must be a loopback address'],
    ['EDGE_UPSTREAMS', 'auth', 'has "auth", which is not service=host:port'],
    ['EDGE_UPSTREAMS', 'auth=nowhere', 'has "nowhere" for auth, which is not host:port'],
    ['EDGE_UPSTREAMS', 'auth=a:1,auth=b:1', 'names auth twice'],
    ['EDGE_DISCOVERY', 'discovery', 'must be host:port, several separated by commas'],
    ['EDGE_JWKS_URL', 'auth:9464', 'must be an http:// URL'],
    ['EDGE_OTLP', 'http://127.0.0.1:4317', 'must be host:port'],
    ['EDGE_TRACE_SAMPLING', '101', 'EDGE_TRACE_SAMPLING'],
    ['EDGE_MAX_BODY_BYTES', 'a lot', 'must be a number'],
  ])('refuse %s=%s, saying what is wrong', (name, value, problem) => {
    expect(() => read({ [name]: value })).toThrow(problem);
  });

  it.each(['EDGE_CERTIFICATES', 'EDGE_JWKS_URL'])('refuse to go without %s', (name) => {
    expect(() => read({ [name]: '' })).toThrow(`${name} is required`);
  });

  it('say of each what it is for', () => {
    for (const setting of describeSettings(settings)) expect(setting.description).not.toBe('');
  });
});

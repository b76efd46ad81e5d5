import { describe, expect, it } from '@jest/globals';
import { parsePolicy, PolicyError } from './parse.ts';
import { DEFAULT_POLICY } from './policy.ts';

describe('a policy file', () => {
  it('says only what differs from the default', () => {
    expect(parsePolicy('product.yaml', '# nothing yet\n')).toEqual(DEFAULT_POLICY);
    const policy = parsePolicy('product.yaml', 'timeout: 1.5s\nretries:\n  attempts: 2\nweights: { "1.0": 9, "1.1": 1 }\n');
    expect(policy).toMatchObject({
      timeout: 1_500,
      retries: { attempts: 2, backoff: 50, maxBackoff: 1_000, budgetPercent: 20 },
      weights: { '1.0': 9, '1.1': 1 },
    });
  });

  it('may be JSON', () => {
    expect(parsePolicy('product.json', '{ "loadBalancing": { "sticky": "x-user-id" } }').loadBalancing).toEqual({ sticky: 'x-user-id' });
  });

  it.each([
    ['no YAML', 'timeout: 1s\nretries: [', 2, /Flow sequence|flow/i],
    ['an unknown setting', 'timeout: 1s\n\nretrys: {}\n', 3, /^retrys is not known here$/],
    ['an unknown setting further in', 'outliers:\n  interval: 1s\n  ejecton: 5s\n', 3, /^outliers.ejecton is not known here$/],
    ['a duration without unit', 'timeout: 100\n', 1, /^timeout must be a duration, for example 250ms, 2s or 1m$/],
    ['too long a time', 'timeout: 30m\n', 1, /^timeout must be from 10 ms to 600 s$/],
    ['trouble that is none', 'timeout: 1s\nfaults:\n  - method: GetProduct\n', 3, /must have a delay or an abort/],
    ['trouble of a kind that is not known', 'faults:\n  - { method: GetProduct, abort: OOPS }\n', 2, /must be one of UNAVAILABLE/],
    [
      'trouble of a method that is not there',
      'timeout: 1s\nfaults:\n  - { method: GetProdukt, abort: ABORTED }\n',
      3,
      /product has no method GetProdukt/,
    ],
    [
      'a time for a method that is not there',
      'methods:\n  GetProduct: { timeout: 1s }\n  Buy: { timeout: 1s }\n',
      3,
      /product has no method Buy/,
    ],
    ['a method without its time', 'methods:\n  GetProduct: {}\n', 2, /^methods.GetProduct.timeout /],
    ['too many tries', 'retries:\n  attempts: 50\n', 2, /^retries.attempts /],
    ['backoffs that cross', 'retries:\n  backoff: 5s\n  maxBackoff: 1s\n', 2, /maxBackoff must not be shorter/],
    ['weights of nobody', 'timeout: 1s\nweights:\n  "1.0": 0\n', 3, /at least one version/],
    ['a list where settings belong', '- timeout\n', 1, /expected object/],
    ['aliases that grow', `a: &a [x]\nb: [${'*a, '.repeat(50)}]\n`, 1, /alias/i],
  ])('with %s is refused with its line and the reason', (_what, text, line, reason) => {
    const parse = () => parsePolicy('product.yaml', text);
    expect(parse).toThrow(PolicyError);
    try {
      parse();
    } catch (error) {
      expect((error as PolicyError).line).toBe(line);
      expect((error as PolicyError).reason).toMatch(reason);
      expect((error as PolicyError).message).toBe(`product.yaml:${line}: ${(error as PolicyError).reason}`);
    }
  });
});

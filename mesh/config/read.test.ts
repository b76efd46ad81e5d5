import { describe, expect, it } from '@jest/globals';
import { durationMs, integer, list, listenAddress, oneOf, postgresUrl, secret, share } from './kinds.ts';
import { ConfigError, describeSettings, readConfig, shownConfig } from './read.ts';

const settings = {
  LISTEN: listenAddress('127.0.0.1:0', 'Where it listens'),
  TTL_MS: durationMs(1_000, 'How long it lives'),
  SHARE: share(0.5, 'How much of it'),
  WORKERS: integer(2, 'How many', { min: 1, unit: 'workers' }),
  BROKERS: list('a:1,b:2', 'Who'),
  LEVEL: oneOf(['info', 'debug'], 'info', 'How loud'),
  DATABASE_URL: postgresUrl('The database'),
  KEY: secret('The key'),
};
const required = { DATABASE_URL: 'postgres://order:hunter2@127.0.0.1/order', KEY: 'hunter3' };

describe('settings', () => {
  it('have their defaults, and are typed', () => {
    expect(readConfig(settings, required)).toEqual({
      LISTEN: '127.0.0.1:0',
      TTL_MS: 1_000,
      SHARE: 0.5,
      WORKERS: 2,
      BROKERS: ['a:1', 'b:2'],
      LEVEL: 'info',
      ...required,
    });
  });

  it('are read from the environment; an empty variable counts as not given', () => {
    const config = readConfig(settings, { ...required, TTL_MS: '250', BROKERS: ' x:1 , ,y:2', LISTEN: '' });
    expect([config.TTL_MS, config.BROKERS, config.LISTEN]).toEqual([250, ['x:1', 'y:2'], '127.0.0.1:0']);
  });

  it('that are wrong are all named in one message, with what they mean and without their values', () => {
    const read = () => readConfig(settings, { TTL_MS: 'soon', LEVEL: 'loud', DATABASE_URL: 'mysql://u:hunter2@h/d' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(
      /TTL_MS .*How long it lives.*LEVEL must be one of info, debug.*DATABASE_URL must be a URL starting with postgres:\/\/.*KEY is required \(The key\)/,
    );
    expect(read).not.toThrow(/hunter2/);
  });

  it('are shown without secrets', () => {
    expect(shownConfig(settings, readConfig(settings, required))).toMatchObject({ KEY: '***', DATABASE_URL: '***', WORKERS: 2 });
  });

  it('describe themselves', () => {
    expect(describeSettings(settings)).toContainEqual({
      name: 'TTL_MS',
      description: 'How long it lives',
      unit: 'ms',
      default: '1000',
      secret: false,
    });
    expect(describeSettings(settings)).toContainEqual({ name: 'KEY', description: 'The key', unit: '', default: undefined, secret: true });
  });
});

import { describe, expect, it } from '@jest/globals';
import { describeSettings, readConfig } from '@shopverse/mesh/config/read';
import { settings } from './config.ts';

const read = (environment: Record<string, string>) =>
  readConfig(settings, { MONGODB_URL: 'mongodb://127.0.0.1/notification', ...environment });

describe('the settings of the notification service', () => {
  it('have defaults for all but the database', () => {
    expect(read({})).toMatchObject({ SMTP_URL: 'smtp://127.0.0.1:1025', MAIL_FROM: 'ShopVerse <no-reply@shopverse.local>' });
    expect(() => readConfig(settings, {})).toThrow('Set these in the environment: MONGODB_URL is required (The notification database).');
  });

  it.each([
    [
      { SMTP_URL: 'http://mail' },
      'SMTP_URL must be a URL starting with smtp:// or smtps:// (The mail server, smtp://user:password@host:port)',
    ],
    [{ MAIL_FROM: 'the shop' }, 'MAIL_FROM must be an address such as ShopVerse <no-reply@shopverse.local> (Sender of the mails)'],
    [{ MAIL_FROM: 'Shop <a@b.c>\r\nBcc: x@y.z' }, 'MAIL_FROM must be an address'],
  ])('that are wrong are named: %o', (environment, sentence) => expect(() => read(environment)).toThrow(sentence));

  it('keep the password of the mail server to themselves', () => {
    expect(describeSettings(settings).find(({ name }) => name === 'SMTP_URL')?.secret).toBe(true);
  });
});

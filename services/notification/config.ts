import { z } from 'zod';
import { durationMs, integer, mongoUrl } from '@shopverse/mesh/config/kinds';

const isSmtpUrl = (value: string): boolean => URL.canParse(value) && ['smtp:', 'smtps:'].includes(new URL(value).protocol);

/** Settings of the notification service. */
export const settings = {
  MONGODB_URL: mongoUrl('The notification database'),
  SMTP_URL: z
    .string()
    .default('smtp://127.0.0.1:1025')
    .refine(isSmtpUrl, 'must be a URL starting with smtp:// or smtps://')
    .meta({ description: 'The mail server, smtp://user:password@host:port', secret: true }),
  MAIL_FROM: z
    .string()
    .default('ShopVerse <no-reply@shopverse.local>')
    .refine(
      (value) => /^[^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/.test(value),
      'must be an address such as ShopVerse <no-reply@shopverse.local>',
    )
    .meta({ description: 'Sender of the mails' }),
  MAIL_RESET_URL: z
    .string()
    .default('http://127.0.0.1:3000/reset-password')
    .refine(
      (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && !value.includes('#'),
      'must be a URL starting with https:// or http://, without #',
    )
    .meta({ description: "The shop's page on which a new password is set; mails link to it with #token=… behind, which no server sees" }),
  MAIL_CONCURRENCY: integer(4, 'Mails sent at a time', { min: 1, max: 100, unit: 'mails' }),
  MAIL_POLL_INTERVAL_MS: durationMs(500, 'How often the mail queue is looked at'),
  MAIL_TIMEOUT_MS: durationMs(30_000, 'Longest time for the mail server to take one mail', { max: 600_000 }),
  MAIL_MAX_TRIES: integer(24, 'Tries before a mail is given up', { min: 1, max: 100, unit: 'tries' }),
  MAIL_RETRY_INITIAL_MS: durationMs(5_000, 'Longest wait after the first try that failed; doubled after each'),
  MAIL_RETRY_MAX_MS: durationMs(3_600_000, 'Longest wait between two tries of one mail'),
  MAIL_MAX_PER_HOUR: integer(30, 'Mails to one person in an hour; more wait, but for those about the security of the account', {
    min: 1,
    max: 10_000,
    unit: 'mails',
  }),
  MAIL_BOUNCE_MS: durationMs(30 * 86_400_000, 'How long no mail goes to an address that a server refused for ever', {
    max: 365 * 86_400_000,
  }),
  STRAGGLERS_INTERVAL_MS: durationMs(60_000, 'How often notices are removed that were written about somebody just after they were erased', {
    max: 600_000,
  }),
  WATCH_MAX_STREAMS: integer(2_000, 'Most WatchNotifications streams of this process; beyond it OVERLOADED', { min: 1, max: 100_000 }),
  WATCH_MAX_LIFE_MS: durationMs(15 * 60_000, 'Longest life of a WatchNotifications stream'),
  WATCH_POLL_INTERVAL_MS: durationMs(2_000, 'How often such a stream looks without being woken', { min: 100 }),
};

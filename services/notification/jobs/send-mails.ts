import { isId } from '@shopverse/mesh/ids';
import { Failure } from '@shopverse/mesh/failure';
import type { RpcClient } from '@shopverse/mesh/rpc/client';
import type { Logger } from '@shopverse/mesh/telemetry/logger';
import type { PasswordResetServiceDefinition } from '@shopverse/contracts/shopverse/auth/v1/password_reset_service';
import type { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { nextTry, type RetryPolicy } from '../domain/mail-retry.ts';
import { productDigest } from '../domain/notice-texts.ts';
import type { NoticeFacts } from '../domain/notice.ts';
import { isAboutSecurity } from '../domain/preferences.ts';
import { quietUntil } from '../domain/quiet-hours.ts';
import { MailRefused, type Mailer } from '../mail/mailer.ts';
import type { RenderMail } from '../mail/templates.ts';
import type { MailQueue, TakenMail } from '../store/mail-queue.ts';
import type { NoticeStore } from '../store/notice-store.ts';
import type { PreferenceStore } from '../store/preference-store.ts';
import type { Recipient, RecipientStore } from '../store/recipient-store.ts';

/** What the sender works with. */
export interface SenderDeps {
  readonly queue: Pick<
    MailQueue,
    'due' | 'take' | 'sent' | 'failed' | 'noRecipient' | 'postponed' | 'suppressed' | 'overtaken' | 'hasSent'
  >;
  readonly recipients: Pick<RecipientStore, 'find' | 'remember' | 'bouncing'>;
  readonly notices: Pick<NoticeStore, 'ofDay'>;
  readonly preferences: Pick<PreferenceStore, 'get'>;
  readonly users: Pick<RpcClient<typeof UserServiceDefinition>, 'batchGetProfiles'>;
  readonly resets: Pick<RpcClient<typeof PasswordResetServiceDefinition>, 'issuePasswordResetToken'>;
  /** The page on which a new password is set; the token is put behind it. */
  readonly resetUrl: string;
  readonly mailer: Pick<Mailer, 'send'>;
  readonly render: RenderMail;
  readonly log: Logger;
  /** Mails at a time. */
  readonly concurrency: number;
  /** Longest time for the mail server to take one mail, in milliseconds. */
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  /** Most mails to one person in an hour; more wait. What is about the security of the account never does. */
  readonly maxPerHour: number;
  /** How long no mail goes to an address that bounced, in milliseconds. */
  readonly bounceMs: number;
}

/** Most mails of one run, so that a run ends and the job can say how it goes. */
const MAX_PER_RUN = 1_000;
/** Most due mails that are looked up at a time. */
const MAX_AT_ONCE = 100;
/** Longest time to look up a recipient, in milliseconds. */
const LOOKUP_TIMEOUT_MS = 3_000;
/** Wait before a mail is tried again whose recipient could not be looked up, in milliseconds. */
const LOOKUP_RETRY_MS = 5_000;
/** What a lease has beyond the time that a try may take, in milliseconds: for the stores on both sides of it. */
const LEASE_MARGIN_MS = 20_000;
const HOUR_MS = 3_600_000;
/** Wait before a mail is looked at again whose recipient has had too many, in milliseconds. */
const RATE_RETRY_MS = 5 * 60_000;
/** Most notices that a digest lists. */
const MAX_DIGEST_LINES = 50;
/** How long a mail on its way may go on once the process is being stopped, in milliseconds. */
const STOP_GRACE_MS = 5_000;

/**
 * Sends the mails that are due. Killed between the server's "taken" and the note of it, the same mail goes out once more when the lease ends,
 * with the same Message-ID; SMTP offers nothing better.
 */
export const sendMails =
  (deps: SenderDeps) =>
  async (stopping: AbortSignal): Promise<void> => {
    let left = MAX_PER_RUN;
    const next = dueMails(deps.queue);
    const leaseMs = deps.timeoutMs + 2 * LOOKUP_TIMEOUT_MS + LEASE_MARGIN_MS;
    const work = async (): Promise<void> => {
      while (!stopping.aborted && left-- > 0) {
        const id = await next();
        if (id === undefined) return;
        const mail = await deps.queue.take(id, new Date(), leaseMs);
        if (mail !== undefined) await handle(deps, mail, stopping);
      }
    };
    await Promise.all(Array.from({ length: deps.concurrency }, work));
  };

/**
 * Ids of due mails, one a call, read some at a time for all who ask: to look for the longest waiting one for each mail would be one search of the queue a mail, and all
 * replicas would be after the same one.
 */
function dueMails(queue: Pick<MailQueue, 'due'>): () => Promise<string | undefined> {
  let ids: string[] = [];
  let reading: Promise<void> | undefined;
  return async () => {
    if (ids.length === 0) {
      reading ??= queue.due(new Date(), MAX_AT_ONCE).then((found) => void (ids = found)).finally(() => void (reading = undefined)); // prettier-ignore
      await reading;
    }
    return ids.shift();
  };
}

async function handle(deps: SenderDeps, mail: TakenMail, stopping: AbortSignal): Promise<void> {
  let recipient: Recipient | undefined;
  try {
    recipient = await recipientOf(deps, mail.userId);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    deps.log.warn({ mail_id: mail._id, reason: error.reason }, 'recipient could not be looked up');
    await deps.queue.postponed(mail, new Date(Date.now() + LOOKUP_RETRY_MS));
    return;
  }
  if (recipient === undefined) {
    deps.log.warn({ mail_id: mail._id, user_id: mail.userId, kind: mail.kind }, 'mail has no recipient');
    await deps.queue.noRecipient(mail);
    return;
  }
  const now = new Date();
  if (recipient.bouncingUntil !== undefined && recipient.bouncingUntil > now) {
    deps.log.info({ mail_id: mail._id, kind: mail.kind }, 'mail is not sent to an address that bounced');
    await deps.queue.suppressed(mail);
    return;
  }
  const waitUntil = await notBefore(deps, mail, now);
  if (waitUntil !== undefined) return deps.queue.postponed(mail, waitUntil);
  const link = await linkOf(deps, mail);
  if (link === undefined) return;
  try {
    await send(deps, mail, recipient, link, stopping);
  } catch (error) {
    if (error instanceof MailRefused && error.bounced) await deps.recipients.bouncing(recipient, new Date(Date.now() + deps.bounceMs));
    await fail(deps, mail, error);
    return;
  }
  await deps.queue.sent(mail, new Date());
  deps.log.info({ mail_id: mail._id, kind: mail.kind, tries: mail.tries }, 'mail sent');
}

/** When a mail may go out that may not now: after its recipient's quiet hours, or when they have had fewer in the last hour. */
async function notBefore(
  { queue, preferences, maxPerHour }: SenderDeps,
  { userId, kind }: TakenMail,
  now: Date,
): Promise<Date | undefined> {
  if (isAboutSecurity(kind)) return undefined;
  const { quiet } = await preferences.get(userId);
  const quietEnd = quiet === undefined ? undefined : quietUntil(now, quiet);
  if (quietEnd !== undefined) return quietEnd;
  const many = await queue.hasSent(maxPerHour, userId, new Date(now.getTime() - HOUR_MS));
  return many ? new Date(now.getTime() + RATE_RETRY_MS) : undefined;
}

/**
 * The link of a mail that has one, made now: its secret is in no store. Undefined when the mail does not go out, as the reset is over (then it never will) or could not
 * be asked for (then it is tried again). Of a mail that is sent once more, the last copy's link is good.
 */
async function linkOf({ resets, resetUrl, queue, log }: SenderDeps, mail: TakenMail): Promise<string | undefined> {
  const { resetId } = mail.facts;
  if (resetId === undefined) return '';
  try {
    const { token } = await resets.issuePasswordResetToken({ resetId }, { timeoutMs: LOOKUP_TIMEOUT_MS });
    return `${resetUrl}#token=${token}`;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const over = error.reason === 'PASSWORD_RESET_NOT_FOUND';
    log.warn({ mail_id: mail._id, reason: error.reason }, over ? 'password reset is over, its mail is not sent' : 'no link for a mail yet');
    await (over ? queue.overtaken(mail) : queue.postponed(mail, new Date(Date.now() + LOOKUP_RETRY_MS)));
    return undefined;
  }
}

/** Subject and facts: a digest's are made of the day's notices now. */
async function contentOf(
  { notices }: SenderDeps,
  { userId, kind, subject, facts, digestOf }: TakenMail,
): Promise<{ subject: string; facts: NoticeFacts }> {
  if (digestOf === undefined) return { subject, facts };
  const { count, first } = await notices.ofDay(userId, kind, digestOf, MAX_DIGEST_LINES);
  return productDigest(count, first, new Date(`${digestOf}T00:00:00Z`));
}

async function send(deps: SenderDeps, mail: TakenMail, recipient: Recipient, link: string, stopping: AbortSignal): Promise<void> {
  const { subject, facts } = await contentOf(deps, mail);
  const body = deps.render({ kind: mail.kind, subject, name: recipient.name, facts, link });
  const limit = new AbortController();
  const end = (ms: number) => setTimeout(() => limit.abort(new Error(`The mail server took longer than ${ms} ms.`)), ms);
  const timers = [end(deps.timeoutMs)];
  const onStop = () => void timers.push(end(STOP_GRACE_MS));
  stopping.addEventListener('abort', onStop, { once: true });
  try {
    const to = { address: recipient.email, name: recipient.name };
    await deps.mailer.send({ id: mail._id, to, subject, ...body, date: mail.createdAt }, limit.signal);
  } finally {
    stopping.removeEventListener('abort', onStop);
    for (const timer of timers) clearTimeout(timer);
  }
}

async function fail(deps: SenderDeps, mail: TakenMail, error: unknown): Promise<void> {
  const permanent = error instanceof MailRefused && error.permanent;
  const next = nextTry({ tries: mail.tries, permanent }, deps.retry, new Date(), Math.random());
  const reason = error instanceof Error ? error.message : String(error);
  await deps.queue.failed(mail, next, reason);
  const facts = { mail_id: mail._id, kind: mail.kind, tries: mail.tries, reason };
  if (next.state === 'FAILED') deps.log.error({ ...facts, alarm: 'mail_given_up' }, 'mail given up');
  else deps.log.warn({ ...facts, due_at: next.dueAt.toISOString() }, 'mail will be tried again');
}

/** Known from the registration, else asked for, once. */
async function recipientOf({ recipients, users }: SenderDeps, userId: string): Promise<Recipient | undefined> {
  const known = await recipients.find(userId);
  if (known !== undefined || !isId(userId)) return known;
  const { profiles } = await users.batchGetProfiles({ userIds: [userId] }, { timeoutMs: LOOKUP_TIMEOUT_MS });
  const profile = profiles.find(({ id }) => id === userId);
  if (profile === undefined) return undefined;
  const recipient = { userId, email: profile.email, name: profile.fullName };
  await recipients.remember(recipient);
  return recipient;
}

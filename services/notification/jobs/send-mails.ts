import { isId } from '@shopverse/mesh/ids';
import { Failure } from '@shopverse/mesh/failure';
import type { RpcClient } from '@shopverse/mesh/rpc/client';
import type { Logger } from '@shopverse/mesh/telemetry/logger';
import type { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { nextTry, type RetryPolicy } from '../domain/mail-retry.ts';
import { MailRefused, type Mailer } from '../mail/mailer.ts';
import type { RenderMail } from '../mail/templates.ts';
import type { MailQueue, TakenMail } from '../store/mail-queue.ts';
import type { Recipient, RecipientStore } from '../store/recipient-store.ts';

/** What the sender works with. */
export interface SenderDeps {
  readonly queue: Pick<MailQueue, 'take' | 'sent' | 'failed' | 'noRecipient' | 'postponed'>;
  readonly recipients: Pick<RecipientStore, 'find' | 'remember'>;
  readonly users: Pick<RpcClient<typeof UserServiceDefinition>, 'batchGetProfiles'>;
  readonly mailer: Pick<Mailer, 'send'>;
  readonly render: RenderMail;
  readonly log: Logger;
  /** Mails at a time. */
  readonly concurrency: number;
  /** Longest time for the mail server to take one mail, in milliseconds. */
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
}

/** Most mails of one run, so that a run ends and the job can say how it goes. */
const MAX_PER_RUN = 1_000;
/** Longest time to look up a recipient, in milliseconds. */
const LOOKUP_TIMEOUT_MS = 3_000;
/** Wait before a mail is tried again whose recipient could not be looked up, in milliseconds. */
const LOOKUP_RETRY_MS = 5_000;
/** What a lease has beyond the time that a try may take, in milliseconds: for the stores on both sides of it. */
const LEASE_MARGIN_MS = 20_000;
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
    const leaseMs = deps.timeoutMs + LOOKUP_TIMEOUT_MS + LEASE_MARGIN_MS;
    const work = async (): Promise<void> => {
      while (!stopping.aborted && left-- > 0) {
        const mail = await deps.queue.take(new Date(), leaseMs);
        if (mail === undefined) return;
        await handle(deps, mail, stopping);
      }
    };
    await Promise.all(Array.from({ length: deps.concurrency }, work));
  };

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
  try {
    await send(deps, mail, recipient, stopping);
  } catch (error) {
    await fail(deps, mail, error);
    return;
  }
  await deps.queue.sent(mail, new Date());
  deps.log.info({ mail_id: mail._id, kind: mail.kind, tries: mail.tries }, 'mail sent');
}

async function send(deps: SenderDeps, mail: TakenMail, recipient: Recipient, stopping: AbortSignal): Promise<void> {
  const body = deps.render({ kind: mail.kind, subject: mail.subject, name: recipient.name, facts: mail.facts });
  const limit = new AbortController();
  const end = (ms: number) => setTimeout(() => limit.abort(new Error(`The mail server took longer than ${ms} ms.`)), ms);
  const timers = [end(deps.timeoutMs)];
  const onStop = () => void timers.push(end(STOP_GRACE_MS));
  stopping.addEventListener('abort', onStop, { once: true });
  try {
    const to = { address: recipient.email, name: recipient.name };
    await deps.mailer.send({ id: mail._id, to, subject: mail.subject, ...body, date: mail.createdAt }, limit.signal);
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

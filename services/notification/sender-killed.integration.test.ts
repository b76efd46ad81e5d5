import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startInfrastructure, type Stack } from '@shopverse/local/stack';
import { eventTypes } from '@shopverse/contracts/event-types';
import { bestEffortPublisher } from '@shopverse/mesh/events/best-effort-publisher';
import { eventually, TestHost } from '@shopverse/mesh/events/testing/scene';
import { newId } from '@shopverse/mesh/ids';
import { openMongo } from '@shopverse/mesh/store/mongodb';
import type { NoticeKind } from './domain/notice.ts';
import { paymentFailed } from './domain/notice-texts.ts';
import type { MailDocument } from './store/documents.ts';
import { MailQueue } from './store/mail-queue.ts';
import { SmtpCatcher } from './testing/smtp-catcher.ts';

let home: string;
let stack: Stack;
let smtp: SmtpCatcher;
let probe: TestHost;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'shopverse-test-'));
  smtp = await SmtpCatcher.open();
  stack = await startInfrastructure(['notification'], { home, environment: { SHOPVERSE_SMTP_URL: smtp.url } });
  probe = new TestHost('probe', stack.addresses.kafkaBrokers);
}, 180_000);
afterAll(async () => {
  await probe.stop();
  await stack.stop();
  await smtp.close();
  await rm(home, { recursive: true, force: true });
}, 60_000);

const processId = async () => (await stack.supervisor.report()).find(({ name }) => name === 'notification')?.pid ?? undefined;

describe('the notification service', () => {
  it('killed after the mail server took a mail and before it was noted, sends it once more with the same Message-ID, and never again', async () => {
    const database = await openMongo(probe, { url: stack.addresses.mongodb('notification') });
    const mails = database.collection<MailDocument>('mails');
    const noted = (userId: string, kind: NoticeKind) => async () => (await mails.findOne({ userId, kind, state: 'SENT' })) ?? undefined;
    const userId = newId();
    const registered = { userId, email: 'asha@people.example', fullName: 'Asha', registeredAt: new Date() };
    const killed = await processId();
    smtp.onTaken = async () => void (killed !== undefined && process.kill(killed, 'SIGKILL'));
    bestEffortPublisher(probe).publish(eventTypes['shopverse.auth.v1.UserRegistered'], registered);
    await eventually('the mail server took the mail', () => smtp.mails.length === 1);
    smtp.onTaken = async () => {};
    await eventually('the process runs again', async () => ![undefined, killed].includes(await processId()));
    // The lease of the dead one ends now and not in a minute.
    await mails.updateMany({ userId }, { $set: { dueAt: new Date() } });
    await eventually('the mail is noted as sent', noted(userId, 'REGISTERED'));
    expect(await mails.findOne({ userId })).toMatchObject({ state: 'SENT', tries: 2 });
    // Were it due again, it would go out before what comes later.
    await mails.updateMany({ userId }, { $set: { dueAt: new Date(0) } });
    const text = paymentFailed({ paymentId: 'p', orderId: 'o', amount: { currency: 'INR', minor: 1n }, reason: '' });
    await new MailQueue(database).add({ ...text, id: newId(), eventId: 'e', userId, createdAt: new Date() });
    await eventually('a later mail is noted as sent', noted(userId, 'PAYMENT_FAILED'));
    const copies = smtp.mails.map(({ messageId }) => messageId).slice(0, -1);
    expect(copies).toHaveLength(2);
    expect(new Set(copies).size).toBe(1);
    expect(await database.collection('notices').countDocuments({ userId })).toBe(1);
  }, 60_000);
});

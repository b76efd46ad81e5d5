import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventTypes } from '@shopverse/contracts/event-types';
import { toMessage } from '@shopverse/mesh/events/cloud-event';
import { consume } from '@shopverse/mesh/events/consume';
import { onEvent } from '@shopverse/mesh/events/handler';
import { kafkaOf } from '@shopverse/mesh/events/host';
import { EventReader } from '@shopverse/mesh/events/operations/shown-event';
import { openScene, eventually, type Scene } from '@shopverse/mesh/events/testing/scene';
import { permanent } from '@shopverse/mesh/events/trouble';
import { newId } from '@shopverse/mesh/ids';
import type { Call } from '@shopverse/mesh/rpc/call';
import { eventAdmin } from './rpc/event-admin.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene(['kafka']);
}, 120_000);
afterAll(() => scene.close());

describe('an admin', () => {
  it('sees what a group could not handle, sends it again or puts it away, and is on record for it', async () => {
    const type = eventTypes['shopverse.user.v1.ProfileUpdated'];
    const host = scene.host('notification');
    const call = { caller: { userId: 'admin-1', role: 'ADMIN', email: '', sessionId: '' }, log: host.log } as unknown as Call;
    const admin = eventAdmin({ kafka: kafkaOf(host), reader: await EventReader.open() });
    const group = 'profiles';
    let mended = false;
    const handled: string[] = [];
    const consumer = scene.host('consumer');
    await consume(consumer, {
      group,
      handlers: [
        onEvent(type, async ({ userId }) => {
          if (!mended) throw permanent('Nobody is ready for this.');
          handled.push(userId);
        }),
      ],
    });
    await eventually('the topic is there', async () => (await kafkaOf(host).topics()).includes(type.topic));
    const producer = await kafkaOf(host).openProducer();
    const users = [newId(), newId(), newId()];
    for (const userId of users) {
      const payload = Buffer.from(type.codec.encode({ userId, fullName: 'A', updatedAt: new Date(0) }).finish());
      const event = { id: newId(), type: type.type, source: '/shopverse/user', subject: userId, time: new Date() };
      await producer.send([toMessage(event, { topic: type.topic, payload, traceparent: undefined })]);
    }
    await producer.close();
    const request = { group, pageSize: 2, pageToken: '', includeResolved: false };
    const first = await eventually('three are dead', async () => {
      const answer = await admin.listDeadLetters(request, call);
      return answer.nextPageToken !== '' && answer;
    });
    const second = await admin.listDeadLetters({ ...request, pageToken: first.nextPageToken }, call);
    const letters = [...first.deadLetters, ...second.deadLetters];
    expect(letters).toHaveLength(3);
    expect(second.nextPageToken).toBe('');
    const [third, , oldest] = letters.map(({ id }) => id);
    const note = '';
    const whole = await admin.getDeadLetter({ group, id: oldest ?? '' }, call);
    expect(whole).toMatchObject({
      reason: 'permanent',
      error: 'PermanentError: Nobody is ready for this.',
      eventType: type.type,
      unreadable: '',
    });
    expect(JSON.parse(whole.eventJson)).toMatchObject({ fullName: 'A' });

    mended = true;
    const replayed = await admin.replayDeadLetter({ group, id: oldest ?? '', note: 'mended' }, call);
    expect(replayed.resolved).toMatchObject({ action: 'replayed', by: 'user:admin-1', note: 'mended' });
    await eventually('it is handled', () => handled.length === 1);
    await admin.dropDeadLetter({ group, id: third ?? '', note }, call);
    await expect(admin.replayDeadLetter({ group, id: third ?? '', note }, call)).rejects.toMatchObject({ reason: 'DEAD_LETTER_RESOLVED' });
    await expect(admin.dropDeadLetter({ group, id: '0-77', note }, call)).rejects.toMatchObject({ reason: 'DEAD_LETTER_NOT_FOUND' });
    await expect(admin.listDeadLetters({ ...request, group: 'nobody' }, call)).rejects.toMatchObject({
      reason: 'CONSUMER_GROUP_NOT_FOUND',
    });
    expect((await admin.listDeadLetters(request, call)).deadLetters).toHaveLength(1);
    expect((await admin.listOperatorActions({ group, pageSize: 0 }, call)).actions.map(({ action }) => action)).toEqual([
      'dropped',
      'replayed',
    ]);
    expect(host.logged.filter(({ message }) => message === 'an operator dealt with a dead letter')).toHaveLength(2);

    await eventually('nobody is behind', async () => (await admin.listConsumerLags({}, call)).lags.every(({ lag }) => lag === 0n));
    const again = { group, from: new Date(0), note: '', validateOnly: false };
    await expect(admin.replayGroup(again, call)).rejects.toMatchObject({ reason: 'REPLAY_HARMFUL' });
    await consumer.stop();
    expect(await admin.replayGroup(again, call)).toEqual({ messages: 4n });
  }, 60_000);
});

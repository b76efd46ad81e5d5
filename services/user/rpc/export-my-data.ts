import type { HttpBody } from '@shopverse/contracts/google/api/httpbody';
import { Session } from '@shopverse/contracts/shopverse/auth/v1/auth';
import type { AuthServiceDefinition } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { Notification } from '@shopverse/contracts/shopverse/notification/v1/notification';
import type { NotificationServiceDefinition } from '@shopverse/contracts/shopverse/notification/v1/notification_service';
import { Order } from '@shopverse/contracts/shopverse/order/v1/order';
import type { OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { Payment } from '@shopverse/contracts/shopverse/payment/v1/payment';
import type { PaymentServiceDefinition } from '@shopverse/contracts/shopverse/payment/v1/payment_service';
import { Address, Profile } from '@shopverse/contracts/shopverse/user/v1/user';
import type { ExportMyDataRequest } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { failure } from '@shopverse/mesh/failure';
import { isId } from '@shopverse/mesh/ids';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { RpcClient } from '@shopverse/mesh/rpc/client';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { MessageJson } from '@shopverse/mesh/rpc/message-json';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { readPart } from '../domain/personal-data.ts';
import { listAddresses } from '../store/address-repository.ts';
import { findProfile } from '../store/profile-repository.ts';
import { addressMessage } from './address-message.ts';
import { profileMessage } from './profile-message.ts';

/** What exporting needs. The lists are asked for as the caller, whose identity goes along: nobody else's rows can come back. */
export interface ExportMyDataDeps {
  readonly database: Postgres;
  readonly auth: Pick<RpcClient<typeof AuthServiceDefinition>, 'listSessions'>;
  readonly orders: Pick<RpcClient<typeof OrderServiceDefinition>, 'listMyOrders'>;
  readonly payments: Pick<RpcClient<typeof PaymentServiceDefinition>, 'listMyPayments'>;
  readonly notifications: Pick<RpcClient<typeof NotificationServiceDefinition>, 'listMyNotifications'>;
  readonly messageJson: MessageJson;
  readonly clock: () => Date;
}

const PAGE_SIZE = 100;
/** Longest time for all pages of a part, in milliseconds; less than the edge waits, so that one service that hangs does not take the rest along. */
const PART_MS = 3_000;

/** All that the shop knows of the caller, as one JSON document. Errors: USER_NOT_FOUND. */
export function exportMyData(deps: ExportMyDataDeps): UnaryHandler<ExportMyDataRequest, HttpBody> {
  const { database, auth, orders, payments, notifications, messageJson, clock } = deps;
  return async (_request, call) => {
    const { userId } = signedIn(call);
    const profile = isId(userId) ? await database.read((em) => findProfile(em, userId)) : undefined;
    if (profile === undefined) throw failure('USER_NOT_FOUND', 'There is no profile of yours yet; try again in a moment.');
    const addresses = await database.read((em) => listAddresses(em, userId));

    const end = performance.now() + PART_MS;
    const options = () => ({ timeoutMs: Math.max(1, Math.ceil(end - performance.now())) });
    const whole = { pageSize: PAGE_SIZE, states: [], placedFrom: undefined, placedBefore: undefined };
    const parts = {
      sessions: readPart(async (pageToken) => {
        const page = await auth.listSessions({ pageSize: PAGE_SIZE, pageToken }, options());
        return {
          ...page,
          items: page.sessions.map((session) => messageJson('shopverse.auth.v1.Session', Session.encode(session).finish())),
        };
      }),
      orders: readPart(async (pageToken) => {
        const page = await orders.listMyOrders({ ...whole, pageToken }, options());
        return { ...page, items: page.orders.map((order) => messageJson('shopverse.order.v1.Order', Order.encode(order).finish())) };
      }),
      payments: readPart(async (pageToken) => {
        const page = await payments.listMyPayments({ pageSize: PAGE_SIZE, pageToken }, options());
        return {
          ...page,
          items: page.payments.map((payment) => messageJson('shopverse.payment.v1.Payment', Payment.encode(payment).finish())),
        };
      }),
      notifications: readPart(async (pageToken) => {
        const page = await notifications.listMyNotifications({ pageSize: PAGE_SIZE, pageToken, unreadOnly: false }, options());
        return {
          ...page,
          items: page.notifications.map((notice) =>
            messageJson('shopverse.notification.v1.Notification', Notification.encode(notice).finish()),
          ),
        };
      }),
    };
    const read = await Promise.all(Object.entries(parts).map(async ([name, part]) => ({ name, ...(await part) })));
    const document = {
      exportedAt: clock(),
      profile: messageJson('shopverse.user.v1.Profile', Profile.encode(profileMessage(profile)).finish()),
      addresses: addresses.map((address) => messageJson('shopverse.user.v1.Address', Address.encode(addressMessage(address)).finish())),
      ...Object.fromEntries(read.map(({ name, items }) => [name, items])),
      missing: read.flatMap(({ name, missing }) => (missing === undefined ? [] : [{ part: name, why: missing }])),
    };
    return { contentType: 'application/json', data: Buffer.from(JSON.stringify(document, undefined, 2)), extensions: [] };
  };
}

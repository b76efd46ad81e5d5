import { ListSessionsResponse, type ListSessionsRequest } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import {
  ListMyNotificationsResponse,
  type ListMyNotificationsRequest,
} from '@shopverse/contracts/shopverse/notification/v1/notification_service';
import { ListMyOrdersResponse, type ListMyOrdersRequest } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { ListMyPaymentsResponse, type ListMyPaymentsRequest } from '@shopverse/contracts/shopverse/payment/v1/payment_service';
import { currentCall } from '@shopverse/mesh/rpc/call';

/** What order, payment and notification answer the caller of the call being handled: so many items, each saying whose it is. */
export class OwnLists {
  /** Items of each user, the same number in each list. */
  readonly sizes = new Map<string, number>();
  /** What the payment service fails with, if it does. */
  paymentsFail: Error | undefined;
  /** How long each call was given, in milliseconds. */
  readonly timeouts: number[] = [];

  readonly listMyOrders = async ({ pageSize, pageToken }: ListMyOrdersRequest, options: { timeoutMs?: number } = {}) => {
    this.timeouts.push(options.timeoutMs ?? Infinity);
    const { ids, owner, nextPageToken } = this.#page(pageSize, pageToken);
    return ListMyOrdersResponse.fromPartial({
      orders: ids.map((id) => ({ id, customerId: owner, state: 2, total: { currencyCode: 'INR', units: 499n } })),
      nextPageToken,
    });
  };

  readonly listSessions = async ({ pageSize, pageToken }: ListSessionsRequest) => {
    const { ids, nextPageToken } = this.#page(pageSize, pageToken);
    return ListSessionsResponse.fromPartial({ sessions: ids.map((id) => ({ id, device: 'Firefox on Linux' })), nextPageToken });
  };

  readonly listMyPayments = async ({ pageSize, pageToken }: ListMyPaymentsRequest) => {
    if (this.paymentsFail !== undefined) throw this.paymentsFail;
    const { ids, owner, nextPageToken } = this.#page(pageSize, pageToken);
    return ListMyPaymentsResponse.fromPartial({ payments: ids.map((id) => ({ id, customerId: owner })), nextPageToken });
  };

  readonly listMyNotifications = async ({ pageSize, pageToken }: ListMyNotificationsRequest) => {
    const { ids, nextPageToken } = this.#page(pageSize, pageToken);
    return ListMyNotificationsResponse.fromPartial({ notifications: ids.map((id) => ({ id, title: 'Welcome' })), nextPageToken });
  };

  #page(pageSize: number, pageToken: string): { ids: string[]; owner: string; nextPageToken: string } {
    const owner = currentCall.getStore()?.caller?.userId ?? '';
    const size = this.sizes.get(owner) ?? 0;
    const from = Number(pageToken);
    const to = Math.min(size, from + pageSize);
    return { ids: Array.from({ length: to - from }, (_, n) => `${from + n}`), owner, nextPageToken: to < size ? `${to}` : '' };
  }
}

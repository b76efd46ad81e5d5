import type { Cashier } from '../cashier.ts';
import { html, seeOther, type Answer } from '../http/answer.ts';
import { Refusal } from '../http/refusal.ts';
import type { Routes } from '../http/routes.ts';
import type { Orders, SandboxOrder } from '../store/orders.ts';
import type { Payments } from '../store/payments.ts';
import type { Refunds } from '../store/refunds.ts';

/** What the page works with. */
export interface CheckoutDeps {
  readonly orders: Orders;
  readonly payments: Payments;
  readonly refunds: Refunds;
  readonly cashier: Cashier;
  readonly wake: () => void;
}

/** The page on which a person pays or refuses, without scripts. */
export function checkoutRoutes({ orders, payments, refunds, cashier, wake }: CheckoutDeps): Routes {
  const refundedOf = (orderId: string) => payments.ofOrder(orderId).reduce((sum, { id }) => sum + refunds.sums(id).refunded, 0);
  return {
    'GET /checkout/:id': ({ params }) => show(orders.get(params['id'] ?? ''), refundedOf(params['id'] ?? '')),
    'POST /checkout/:id': async (request) => {
      const id = request.params['id'] ?? '';
      const choice = new URLSearchParams(await request.body()).get('choice');
      const method = choice === 'card' ? 'card' : 'upi';
      try {
        cashier.pay(id, { method, outcome: choice === 'refuse' ? 'failure' : 'success', delayMs: 0 });
      } catch (error) {
        // Paid in another window, or no such order: the page says so.
        if (!(error instanceof Refusal)) throw error;
      }
      wake();
      return seeOther(`/checkout/${id}`);
    },
  };
}

function show(order: SandboxOrder | undefined, refunded: number): Answer {
  if (order === undefined) return html(page('Nothing to pay here', '<p>There is no such order.</p>'), 404);
  if (order.status === 'paid') {
    const back = refunded === 0 ? '' : `<p>${price({ ...order, amount: refunded })} went back to you.</p>`;
    const title = refunded >= order.amount ? 'Refunded' : 'Paid';
    return html(page(title, `<p class="amount">${price(order)}</p>${back}<p>Thank you. You can close this window.</p>`));
  }
  const refused = order.status === 'attempted' ? '<p class="refused">The last try was refused. You can try again.</p>' : '';
  const button = (choice: string, text: string) => `<button name="choice" value="${choice}">${text}</button>`;
  const buttons = button('upi', 'Pay by UPI') + button('card', 'Pay by card') + button('refuse', 'Refuse');
  return html(page('Pay your order', `<p class="amount">${price(order)}</p>${refused}<form method="post">${buttons}</form>`));
}

function price({ amount, currency }: SandboxOrder): string {
  const format = new Intl.NumberFormat('en-IN', { style: 'currency', currency });
  return escape(format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2)));
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function page(title: string, content: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>body{font:16px system-ui;max-width:24rem;margin:15vh auto;padding:0 1rem;text-align:center}.amount{font-size:2rem}
button{display:block;width:100%;margin:.5rem 0;padding:.8rem;font:inherit;border:1px solid #888;border-radius:.5rem;cursor:pointer}
.refused{color:#a00}small{color:#666}</style><h1>${title}</h1>${content}<p><small>Sandbox: no money moves.</small></p></html>`;
}

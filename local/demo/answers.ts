/** The parts of the edge's answers that the story looks at (proto3 JSON: int64 as text, absent money as undefined). */

/** google.type.Money in JSON. */
export interface MoneyJson {
  readonly currencyCode: string;
  readonly units?: string;
  readonly nanos?: number;
}
export interface TokenPairJson {
  readonly accessToken: string;
  readonly userId: string;
}
export interface ProductJson {
  readonly id: string;
  readonly name: string;
  readonly price: MoneyJson;
  readonly available: string;
}
export interface OrderJson {
  readonly id: string;
  readonly state: string;
  readonly total: MoneyJson;
}
export interface PaymentJson {
  readonly id: string;
  readonly amount: MoneyJson;
  readonly providerOrderId: string;
}
export interface NotificationJson {
  readonly kind: string;
  readonly subjectId: string;
}
export interface DashboardJson {
  readonly orders: string;
  readonly confirmedOrders: string;
  readonly revenue?: readonly MoneyJson[];
}
export interface RecommendationsJson {
  readonly source: string;
  readonly recommendations?: readonly { readonly productId: string }[];
}

/** An amount in billionths of its unit, to add and compare without floats. */
export function nanos({ units = '0', nanos: part = 0 }: MoneyJson): bigint {
  return BigInt(units) * 1_000_000_000n + BigInt(part);
}

/** An amount as people read it: "2598.00 INR". */
export function shown(money: MoneyJson): string {
  const hundredths = nanos(money) / 10_000_000n;
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')} ${money.currencyCode}`;
}

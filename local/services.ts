/** A service of the shop as the local stack runs it. */
export interface ServiceEntry {
  readonly name: string;
  /** Parts it waits for. */
  readonly store: 'postgres' | 'mongodb' | 'clickhouse';
  /** Services it calls. */
  readonly peers: readonly string[];
}

/** All services, in the order they are shown. */
export const SERVICES: readonly ServiceEntry[] = [
  { name: 'auth', store: 'postgres', peers: ['user'] },
  { name: 'user', store: 'postgres', peers: ['auth', 'order', 'payment', 'notification'] },
  { name: 'product', store: 'postgres', peers: ['order'] },
  { name: 'order', store: 'postgres', peers: ['product', 'user'] },
  { name: 'payment', store: 'postgres', peers: ['order'] },
  { name: 'notification', store: 'mongodb', peers: ['user'] },
  { name: 'analytics', store: 'clickhouse', peers: [] },
  { name: 'recommendation', store: 'mongodb', peers: ['user', 'product'] },
];

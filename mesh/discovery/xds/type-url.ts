const type = (name: string): string => `type.googleapis.com/envoy.config.${name}`;

/** What is told by xDS, in the order in which a change is told: nothing is named before it is there ("make before break"). */
export const TYPE_URLS = {
  cluster: type('cluster.v3.Cluster'),
  endpoints: type('endpoint.v3.ClusterLoadAssignment'),
  listener: type('listener.v3.Listener'),
  routes: type('route.v3.RouteConfiguration'),
} as const;

/** See `TYPE_URLS`. */
export type TypeUrl = (typeof TYPE_URLS)[keyof typeof TYPE_URLS];

/** Whether this is one of ours. */
export function isTypeUrl(url: string): url is TypeUrl {
  return Object.values<string>(TYPE_URLS).includes(url);
}

import { parseAddress, type Address } from './address.ts';

/** Endpoints of the services, by the service's name. */
export type Upstreams = ReadonlyMap<string, readonly Address[]>;

/** Reads `auth=127.0.0.1:50061,order=order-1:50051|order-2:50051`. Answers the problem, as the end of a sentence, when it can't. */
export function parseUpstreams(text: string): { upstreams: Upstreams } | { problem: string } {
  const upstreams = new Map<string, Address[]>();
  for (const entry of text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)) {
    // prettier-ignore
    const [, name, endpoints] = /^([a-z][a-z0-9-]*)=(.+)$/.exec(entry) ?? [];
    if (name === undefined || endpoints === undefined) return { problem: `has "${entry}", which is not service=host:port` };
    if (upstreams.has(name)) return { problem: `names ${name} twice; separate the endpoints of one service by |` };
    const addresses: Address[] = [];
    for (const endpoint of endpoints.split('|')) {
      const address = parseAddress(endpoint.trim());
      if (address === undefined || address.port === 0) return { problem: `has "${endpoint}" for ${name}, which is not host:port` };
      addresses.push(address);
    }
    upstreams.set(name, addresses);
  }
  return { upstreams };
}

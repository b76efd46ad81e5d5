import { isIP } from 'node:net';

/** Where something listens: a host name or an IP address (IPv6 without its brackets), and a port. */
export class Address {
  readonly host: string;
  readonly port: number;

  constructor(host: string, port: number) {
    this.host = host;
    this.port = port;
  }

  /** `host:port` or `[ipv6]:port`. */
  toString(): string {
    return this.host.includes(':') ? `[${this.host}]:${this.port}` : `${this.host}:${this.port}`;
  }
}

/** Reads `host:port` or `[ipv6]:port`. Answers undefined when the text is neither, or the port is not 0 to 65535. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:\s[\]|,=]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535 || (match?.[1] !== undefined && isIP(host) !== 6)) return undefined;
  return new Address(host, port);
}

/** Whether the host is an IP address, so that nobody has to be asked for it. */
export const isAddressLiteral = (address: Address): boolean => isIP(address.host) !== 0;

/** Whether only this machine can reach the address. */
export const isLoopback = ({ host }: Address): boolean => host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);

/** The address as Envoy writes it (config.core.v3.Address). */
export const socketAddress = ({ host, port }: Address) => ({ address: { socket_address: { address: host, port_value: port } } });

import { isIP } from 'node:net';
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import { ConfigError } from '../../config/read.ts';

/** `networkInterfaces()` of node:os, or what a test puts in its place. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/**
 * The IP address under which others reach what listens on `host`: the setting, else the host itself, else, for a server on all addresses, the machine's first
 * address that is not its loopback.
 *
 * @throws ConfigError when there is none, or it is a name: what is told by xDS are addresses
 */
export function advertisedAddress(host: string, setting: string, interfaces: Interfaces = networkInterfaces()): string {
  const wanted = setting === '' ? host : setting;
  if (wanted === '0.0.0.0' || wanted === '::') {
    const own = Object.values(interfaces).flatMap((addresses) => addresses ?? []).find(({ internal, family }) => !internal && family === 'IPv4'); // prettier-ignore
    if (own === undefined) throw new ConfigError('This machine has no address that others can reach: set MESH_ADVERTISE to one.');
    return own.address;
  }
  if (wanted === 'localhost') return '127.0.0.1';
  if (isIP(wanted) === 0) throw new ConfigError(`MESH_ADVERTISE must be an IP address, not ${wanted}.`);
  return wanted;
}

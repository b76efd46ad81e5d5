import { describe, expect, it } from '@jest/globals';
import type { NetworkInterfaceInfo } from 'node:os';
import { advertisedAddress } from './advertised-address.ts';

const interfaceOf = (address: string, internal: boolean, family: 'IPv4' | 'IPv6' = 'IPv4') =>
  [{ address, internal, family, netmask: '', mac: '', cidr: null }] as NetworkInterfaceInfo[];

describe('the address others are told', () => {
  it('is the one that is listened on, or the one that is set', () => {
    expect(advertisedAddress('127.0.0.1', '')).toBe('127.0.0.1');
    expect(advertisedAddress('localhost', '')).toBe('127.0.0.1');
    expect(advertisedAddress('0.0.0.0', '10.1.2.3')).toBe('10.1.2.3');
  });

  it("is the machine's own when all are listened on", () => {
    const interfaces = {
      lo: interfaceOf('127.0.0.1', true),
      eth1: interfaceOf('fe80::1', false, 'IPv6'),
      eth0: interfaceOf('10.0.0.7', false),
    };
    expect(advertisedAddress('0.0.0.0', '', interfaces)).toBe('10.0.0.7');
  });

  it('can be no name, and must be there', () => {
    expect(() => advertisedAddress('0.0.0.0', 'product-1')).toThrow('MESH_ADVERTISE must be an IP address, not product-1.');
    expect(() => advertisedAddress('0.0.0.0', '', { lo: interfaceOf('127.0.0.1', true) })).toThrow('set MESH_ADVERTISE');
  });
});

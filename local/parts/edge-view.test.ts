import { describe, expect, it } from '@jest/globals';
import { seen } from './edge-view.ts';

const host = (port_value: number, failed: boolean) => ({
  address: { socket_address: { port_value } },
  health_status: failed ? { failed_active_health_check: true } : {},
});
const clusters = (...hosts: ReturnType<typeof host>[]) => ({ cluster_statuses: [{}, { host_statuses: hosts }] });

describe('what the edge sees', () => {
  it('is a service once it is known there and has answered a health check', () => {
    expect(seen(clusters(), 5)).toBe(false);
    expect(seen(clusters(host(4, false), host(5, true)), 5)).toBe(false);
    expect(seen(clusters(host(4, true), host(5, false)), 5)).toBe(true);
  });

  it('is everybody once all that are known have', () => {
    expect(seen({})).toBe(true);
    expect(seen(clusters(host(4, false), host(5, true)))).toBe(false);
    expect(seen(clusters(host(4, false), host(5, false)))).toBe(true);
  });
});

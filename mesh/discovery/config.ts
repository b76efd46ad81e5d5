import { join } from 'node:path';
import { durationMs, text } from '../config/kinds.ts';

/** Settings of the control plane. */
export const settings = {
  DISCOVERY_LEASE_MS: durationMs(
    10_000,
    'How long an instance is believed to be there without a word from it; after a start, how long nobody is told that instances are gone',
    { min: 500, max: 300_000 },
  ),
  DISCOVERY_POLICIES: text(join(import.meta.dirname, '../policies'), 'Folder of the traffic policies, one <service>.yaml for each service'),
  DISCOVERY_POLICIES_INTERVAL_MS: durationMs(1_000, 'How often the policies are read again', { min: 50 }),
};

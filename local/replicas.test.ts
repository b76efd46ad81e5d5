import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHome, readJson, writeAtomically, type Home } from './home.ts';
import type { StackContext } from './parts/context.ts';
import type { Part } from './parts/part.ts';
import { Replicas } from './replicas.ts';
import { readSettings } from './settings.ts';
import type { Supervisor } from './supervisor/supervisor.ts';

let home: Home;
beforeEach(async () => {
  home = await openHome(await mkdtemp(join(tmpdir(), 'shopverse-replicas-')));
});
afterEach(() => rm(home.folder, { recursive: true }));

const config = readSettings({});
const context = { config, ports: {} } as unknown as StackContext;
const file = () => join(home.run, 'replicas.json');

/** A supervisor that notes what it is told. */
function supervisor({ refuses = '' } = {}): { readonly told: string[]; readonly parts: Supervisor } {
  const told: string[] = [];
  const parts = {
    addPart: async ({ name, ports }: Part, after: string) => {
      told.push(`add ${name} after ${after}, on ${ports.join(' and ')}`);
      if (name === refuses) throw new Error(`${name} does not start`);
    },
    removePart: async (name: string) => void told.push(`remove ${name}`),
    stopPart: async (name: string) => void told.push(`stop ${name}`),
    startPart: async (name: string) => {
      told.push(`start ${name}`);
      if (name === refuses) throw new Error(`${name} does not start`);
    },
  };
  return { told, parts: parts as unknown as Supervisor };
}

describe('replicas', () => {
  it('are added and removed from the end, and remembered', async () => {
    const { told, parts } = supervisor();
    const replicas = await Replicas.open(home, config);
    await replicas.scale(parts, context, 'product', 3);
    await replicas.scale(parts, context, 'product', 2);
    expect(told).toEqual([
      'add product-2 after product, on product-2 and product-2_admin',
      'add product-3 after product-2, on product-3 and product-3_admin',
      'remove product-3',
    ]);
    const again = await Replicas.open(home, config);
    expect(again.countOf('product')).toBe(2);
    expect(again.parts(context).map(({ name }) => name)).toEqual(['product-2']);
    expect(Object.keys(again.ports)).toEqual(['product-2', 'product-2_admin']);
    await again.scale(parts, context, 'product', 1);
    expect(await readJson(file())).toEqual({});
  });

  it('are restarted one after the other while one more serves', async () => {
    const { told, parts } = supervisor();
    const replicas = await Replicas.open(home, config);
    await replicas.scale(parts, context, 'product', 2);
    await replicas.restart(parts, context, 'product');
    expect(told.slice(1)).toEqual([
      'add product-3 after product-2, on product-3 and product-3_admin',
      'stop product',
      'start product',
      'stop product-2',
      'start product-2',
      'remove product-3',
    ]);
    expect(replicas.countOf('product')).toBe(2);
  });

  it('that do not come back leave the one more in their place', async () => {
    const { parts } = supervisor({ refuses: 'order' });
    const replicas = await Replicas.open(home, config);
    await expect(replicas.restart(parts, context, 'order')).rejects.toThrow('order does not start');
    expect(replicas.countOf('order')).toBe(2);
    expect(() => replicas.restart(parts, context, 'orders')).toThrow('There is no service named orders');
  });

  it('that do not all start are taken away again', async () => {
    const { told, parts } = supervisor({ refuses: 'order-3' });
    const replicas = await Replicas.open(home, config);
    await expect(replicas.scale(parts, context, 'order', 3)).rejects.toThrow('order-3 does not start');
    expect(told.slice(2)).toEqual(['remove order-2', 'remove order-3']);
    expect(replicas.countOf('order')).toBe(1);
  });

  it.each([
    ['orders', 2, 'There is no service named orders; the services are auth, user,'],
    ['order', 0, 'A service has 1 to 10 replicas, not 0.'],
    ['order', 11, 'A service has 1 to 10 replicas, not 11.'],
    ['order', 1.5, 'A service has 1 to 10 replicas, not 1.5.'],
  ])('of %s can not be %d', async (service, count, reason) => {
    const replicas = await Replicas.open(home, config);
    expect(() => replicas.scale(supervisor().parts, context, service, count)).toThrow(reason);
  });

  it('are none where nobody would find them', async () => {
    await writeAtomically(file(), JSON.stringify({ order: 3, nonsense: 2 }));
    const fixed = readSettings({ SHOPVERSE_MESH: 'fixed' });
    const replicas = await Replicas.open(home, fixed);
    expect(replicas.parts(context)).toEqual([]);
    expect(() => replicas.scale(supervisor().parts, { ...context, config: fixed }, 'order', 2)).toThrow('SHOPVERSE_MESH=fixed');
  });
});

import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@shopverse/local/demo/eventually';
import type { PartReport } from '@shopverse/local/supervisor/supervisor';
import { edge, newCustomer, placeOrder, someProduct } from '../customer.ts';
import { shopverse, shopverseJson } from '../shop.ts';

const MINUTE = 60_000;

interface MeshJson {
  readonly services: readonly {
    readonly name: string;
    readonly instances: readonly { readonly health: string; readonly version: string }[];
  }[];
  readonly calls: readonly { readonly from: string; readonly to: string; readonly total: number }[];
}

/** Ends what a test that failed left running. */
const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

/** Asks for products again and again until told to stop; answers how it went, by HTTP status. */
function load(): { readonly answers: Map<number, number>; stop(): Promise<void> } {
  const answers = new Map<number, number>();
  let going = true;
  const loop = async (): Promise<void> => {
    while (going) {
      const { status } = await edge('/v1/products?pageSize=1');
      answers.set(status, (answers.get(status) ?? 0) + 1);
    }
  };
  const loops = Promise.all([loop(), loop(), loop()]);
  stops.push(() => void (going = false));
  return {
    answers,
    stop: async () => {
      going = false;
      await loops;
    },
  };
}
const instancesOf = async (service: string) => {
  const { services } = await shopverseJson<MeshJson>(['mesh']);
  return services.find(({ name }) => name === service)?.instances ?? [];
};
const partOf = async (name: string) => (await shopverseJson<{ parts: PartReport[] }>(['status'])).parts.find((part) => part.name === name);

afterAll(async () => void (await shopverse(['scale', 'product=1'], { timeoutMs: 5 * MINUTE })), 5 * MINUTE);

describe('the mesh of the running shop', () => {
  it(
    'makes trouble on purpose in one method, shows it, and stops',
    async () => {
      const product = await someProduct(1);
      const read = async () => {
        const started = performance.now();
        const { status } = await edge(`/v1/products/${product.id}`);
        return { status, ms: performance.now() - started };
      };
      const fault = async (...args: string[]) => {
        const { code, output } = await shopverse(['fault', 'product', ...args]);
        expect([code, output]).toEqual([0, expect.any(String)]);
      };
      await fault('GetProduct', '--abort', 'ABORTED', '--for', '1m');
      await eventually('a refusal', async () => ((await read()).status === 409 ? true : undefined));
      expect((await edge('/v1/products?pageSize=1')).status).toBe(200);
      const { faults } = await shopverseJson<{ faults: object[] }>(['status']);
      expect(faults).toEqual([
        { service: 'product', method: 'GetProduct', delay_ms: null, abort: 'ABORTED', percent: 100, until: expect.any(String) },
      ]);
      await fault('GetProduct', '--delay', '400ms', '--for', '1m');
      await eventually('a late answer', async () => {
        const { status, ms } = await read();
        return status === 200 && ms >= 400 ? true : undefined;
      });
      await fault('--clear');
      await eventually('an answer in time', async () => ((await read()).ms < 400 ? true : undefined));
      expect((await shopverseJson<{ faults: object[] }>(['status'])).faults).toEqual([]);
      expect((await shopverse(['fault', 'product', 'GetProduct', '--percent', '500', '--abort', 'ABORTED'])).code).toBe(1);
    },
    2 * MINUTE,
  );

  it(
    'takes replicas in and lets them go under load without a failed request',
    async () => {
      const requests = load();
      const up = await shopverse(['scale', 'product=2'], { timeoutMs: 5 * MINUTE });
      expect([up.code, up.output]).toEqual([0, 'product has 2 replicas.\n']);
      expect(await instancesOf('product')).toHaveLength(2);
      expect(await partOf('product-2')).toMatchObject({ state: 'ready' });
      const down = await shopverse(['scale', 'product=1'], { timeoutMs: 5 * MINUTE });
      expect([down.code, down.output]).toEqual([0, 'product has one replica.\n']);
      expect(await instancesOf('product')).toHaveLength(1);
      expect(await partOf('product-2')).toBeUndefined();
      await requests.stop();
      expect([...requests.answers.keys()]).toEqual([200]);
    },
    12 * MINUTE,
  );

  it(
    'goes on without its control plane, which is told of everybody again when it is back',
    async () => {
      const customer = await newCustomer();
      const product = await someProduct(5);
      const before = await partOf('discovery');
      const requests = load();
      process.kill(before?.pid ?? 0, 'SIGKILL');
      expect((await placeOrder(customer, product.id, 1)).status).toBe(200);
      await eventually('the control plane', async () => ((await partOf('discovery'))?.state === 'ready' ? true : undefined), {
        timeoutMs: MINUTE,
      });
      await eventually('all services', async () => {
        const { services } = await shopverseJson<MeshJson>(['mesh']);
        return services.every(({ instances }) => instances.length > 0) ? true : undefined;
      }, { timeoutMs: MINUTE }); // prettier-ignore
      expect((await placeOrder(customer, product.id, 1)).status).toBe(200);
      await requests.stop();
      expect([...requests.answers.keys()]).toEqual([200]);
      const { calls } = await shopverseJson<MeshJson>(['mesh']);
      expect(calls).toContainEqual(expect.objectContaining({ from: 'order', to: 'product' }));
      expect(calls).toContainEqual(expect.objectContaining({ from: 'edge', to: 'product', total: expect.any(Number) }));
    },
    5 * MINUTE,
  );
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@shopverse/local/demo/eventually';
import { calls, openMeshScene, type MeshProcess, type MeshScene, type MeshSceneOptions } from './testing/scene.ts';

let scene: MeshScene;
const open = async (options?: MeshSceneOptions): Promise<MeshScene> => (scene = await openMeshScene(options));
afterEach(() => scene.close());

const servedBy = (caller: MeshProcess, names: readonly string[]) =>
  eventually(`answers of ${names.join(', ')} alone`, async () => {
    await caller.ask('/forget');
    await eventually('some calls', async () => ((await calls(caller)).ok >= 4 * names.length ? true : undefined));
    const seen = Object.keys((await calls(caller)).from).toSorted();
    return seen.join() === names.toSorted().join() ? true : undefined;
  }); // prettier-ignore
const instanceNames = async (index = 0) =>
  (await scene.mesh(index)).services.find(({ name }) => name === 'user')?.instances.map(({ version }) => version) ?? [];

describe('replicas of a service', () => {
  it('share the calls, take their part when they come, and leave without a failed call', async () => {
    const { controlPlane, replica, caller } = await open();
    await controlPlane();
    await replica('a');
    const client = await caller();
    await servedBy(client, ['a']);
    await client.ask('/forget');
    const b = await replica('b');
    await replica('c');
    await servedBy(client, ['a', 'b', 'c']);
    expect(await b.end('SIGTERM')).toBe(0);
    await servedBy(client, ['a', 'c']);
    expect((await calls(client)).reasons).toEqual({});
  }, 60_000);
});

import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fromJson, toBinary } from '@bufbuild/protobuf';
import { grpc, rest } from './testing/call.ts';
import { expectRefused } from './testing/error-shape.ts';
import { gardenDescriptors } from './testing/garden.ts';
import { Refused } from './testing/recorded-service.ts';
import { startScene, type Scene } from './testing/scene.ts';

const watchPlants = 'shopverse.garden.v1.GardenService/WatchPlants';
type Plant = { name: string; neighbours?: Plant[] };

describe('a stream over REST', () => {
  let scene: Scene;
  let token: string;
  beforeAll(async () => {
    scene = await startScene({ EDGE_OPENAPI: '' }, {}, await gardenDescriptors());
    token = await scene.issuer.sign();
  }, 60_000);
  beforeEach(() => scene.backends.reset());
  afterAll(() => scene.stop());

  const status = (code: number, message: string, metadata: Readonly<Record<string, string>> = {}): Refused => {
    const { registry } = scene.descriptors;
    const schema = registry.getMessage('google.rpc.Status');
    if (schema === undefined) throw new Error('There is no google.rpc.Status');
    const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'DEPENDENCY_UNAVAILABLE', domain: 'shopverse', metadata };
    return new Refused({ code, message, details: toBinary(schema, fromJson(schema, { code, message, details: [info] }, { registry })) });
  };
  const stream = (plants: readonly Plant[], end?: () => Refused): void => {
    scene.backends.on(watchPlants, () => ({
      stream: (async function* () {
        for (const plant of plants) yield plant;
        if (end) throw end();
      })(),
    }));
  };
  const watch = () => rest(scene.edge.port, '/v1/plants:watch', { token });
  const linesOf = (text: string): unknown[] => text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);

  const awkward: Plant[] = [
    { name: 'a "quoted", [bracketed] {braced} \\ name', neighbours: [{ name: ',', neighbours: [] }, { name: ']}', neighbours: [] }] },
    { name: '', neighbours: [] },
    { name: 'line\nbreak, 💡, \\"', neighbours: [] },
    { name: `${'\\"'.repeat(20_000)}`, neighbours: [] },
  ];

  it('is one JSON object a line, whatever is in it', async () => {
    stream(awkward);
    const answer = await watch();
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
    expect(linesOf(answer.text)).toEqual(awkward);
    expect(answer.text.endsWith('}\n')).toBe(true);
  });

  it('is empty when nothing happens', async () => {
    stream([]);
    expect(await watch()).toMatchObject({ status: 200, text: '' });
  });

  it('says in its last line why it failed on its way', async () => {
    stream(awkward.slice(0, 2), () => status(14, 'The store is "away" – 50%.', { table: 'plants' }));
    const { status: httpStatus, text } = await watch();
    const error = { code: 14, message: 'The store is "away" – 50%.', details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'DEPENDENCY_UNAVAILABLE', domain: 'shopverse', metadata: { table: 'plants' } }] };
    expect(httpStatus).toBe(200);
    expect(linesOf(text)).toEqual([...awkward.slice(0, 2), { error }]);
  });

  it('that fails at once is an error like any other', async () => {
    stream([], () => status(5, 'No such garden.'));
    const answer = await watch();
    expect([answer.status, answer.headers['content-type']]).toEqual([404, 'application/json']);
    expect(answer.json).toMatchObject({ code: 5, details: [{ reason: 'DEPENDENCY_UNAVAILABLE' }] });
    expectRefused(await rest(scene.edge.port, '/v1/plants:watch'), 401, 16, 'UNAUTHENTICATED');
  });

  it('gives each message when it happens, not at its end', async () => {
    let go = (): void => {};
    const released = new Promise<void>((resolve) => (go = resolve));
    scene.backends.on(watchPlants, () => ({
      stream: (async function* () {
        yield { name: 'first' };
        await released;
        yield { name: 'second' };
      })(),
    }));
    const asked = request({ port: scene.edge.port, path: '/v1/plants:watch', agent: false, headers: { authorization: `Bearer ${token}` } });
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const lines = createInterface({ input: response })[Symbol.asyncIterator]();
    expect(JSON.parse(String((await lines.next()).value))).toMatchObject({ name: 'first' });
    go();
    expect(JSON.parse(String((await lines.next()).value))).toMatchObject({ name: 'second' });
    expect((await lines.next()).done).toBe(true);
  });

  it('is left as it is for gRPC callers', async () => {
    const path = `/${watchPlants}`;
    stream([{ name: 'a' }, { name: 'b' }], () => status(14, 'Away.'));
    const answer = await grpc(scene.edge.port, path, { token });
    expect([answer.httpStatus, answer.headers['content-type'], answer.grpcStatus]).toEqual([200, 'application/grpc+proto', 14]);
    expect(answer.body.toString('hex')).toBe('00000000030a0161' + '00000000030a0162');
  });

  it('breaks off when the service dies, so that its end is no end', async () => {
    scene.backends.on(watchPlants, () => ({
      stream: (async function* () {
        yield { name: 'last words' };
        await new Promise(() => {});
      })(),
    }));
    const asked = request({ port: scene.edge.port, path: '/v1/plants:watch', agent: false, headers: { authorization: `Bearer ${token}` } });
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.once('data', () => scene.backends.kill('garden'));
    await expect(once(response, 'end')).rejects.toThrow('aborted');
  });
}); // prettier-ignore

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, makeGenericClientConstructor, type Client, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js';
import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CertificateAuthority } from '../../identity/authority.ts';
import { WorkloadCredentials } from '../../identity/credentials.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { RpcServer } from '../serve.ts';
import { addReflection, reflectionService } from './reflection.ts';

type Asker = Client & { serverReflectionInfo(): ClientDuplexStream<object, Answer> };
interface Answer {
  readonly messageResponse: string;
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Buffer[] };
  readonly allExtensionNumbersResponse?: { readonly extensionNumber: readonly number[] };
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly errorResponse?: { readonly errorCode: number };
}

let folder: string;
let server: RpcServer;
let target: string;
let asker: Asker;

const Reflection = makeGenericClientConstructor(reflectionService(), 'ServerReflection');
const openAsker = (...args: ConstructorParameters<typeof Reflection>) => new Reflection(...args) as Client as Asker;

/** Asks all questions on one stream; answers come in their order. */
async function ask(questions: readonly object[], client = asker): Promise<Answer[]> {
  const stream = client.serverReflectionInfo();
  for (const question of questions) stream.write(question);
  stream.end();
  const answers: Answer[] = [];
  for await (const answer of stream) answers.push(answer as Answer);
  return answers;
}
const namesOf = ({ fileDescriptorResponse }: Answer | undefined = { messageResponse: '' }) =>
  (fileDescriptorResponse?.fileDescriptorProto ?? []).map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shopverse-reflection-'));
  const authority = await CertificateAuthority.open(join(folder, 'ca'));
  for (const workload of ['order', 'operator']) await authority.issueInto(join(folder, workload), workload);
  const credentialsOf = (workload: string) => new WorkloadCredentials(join(folder, workload));
  server = new RpcServer({ credentials: credentialsOf('order').server(), log: createLogger('order', 'silent') });
  addReflection(server.grpc, () => ['shopverse.order.v1.OrderService']);
  target = `127.0.0.1:${await server.listen('127.0.0.1:0')}`;
  asker = openAsker(target, credentialsOf('operator').channel('order'), { 'grpc.ssl_target_name_override': 'order' });
});
afterAll(async () => {
  asker.close();
  await server.drain(1_000);
  await rm(folder, { recursive: true });
});

describe('a server tells an operator', () => {
  it('which services it has', async () => {
    const [answer] = await ask([{ listServices: '*' }]);
    expect(answer?.listServicesResponse?.service).toEqual([{ name: 'shopverse.order.v1.OrderService' }]);
  });

  it.each(['shopverse.order.v1.OrderService', 'shopverse.order.v1.OrderService.GetOrder', 'shopverse.order.v1.GetOrderRequest'])(
    'the file of %s, with all that it imports',
    async (symbol) => {
      const [answer] = await ask([{ fileContainingSymbol: symbol }]);
      const names = namesOf(answer);
      expect(names[0]).toBe('shopverse/order/v1/order_service.proto');
      expect(names).toEqual(
        expect.arrayContaining(['shopverse/order/v1/order.proto', 'google/protobuf/timestamp.proto', 'google/type/money.proto']),
      );
      expect(new Set(names).size).toBe(names.length);
    },
  );

  it('several things on one stream, in the order of the questions', async () => {
    const answers = await ask([
      { fileByFilename: 'google/type/money.proto' },
      { fileContainingExtension: { containingType: 'google.protobuf.MethodOptions', extensionNumber: 50801 } },
      { allExtensionNumbersOfType: 'google.protobuf.MethodOptions' },
      { fileContainingSymbol: 'shopverse.order.v1.Nothing' },
      {},
    ]);
    expect(namesOf(answers[0])).toEqual(['google/type/money.proto']);
    expect(namesOf(answers[1])[0]).toBe('shopverse/access/v1/access.proto');
    expect(answers[2]?.allExtensionNumbersResponse?.extensionNumber).toEqual([50801, 50802, 50804, 72295728]);
    expect(answers.slice(3).map(({ errorResponse }) => errorResponse?.errorCode)).toEqual([5, 5]);
  });

  it('nothing without a certificate', async () => {
    const stranger = openAsker(target, credentials.createInsecure());
    const refused = await ask([{ listServices: '*' }], stranger).catch((error: ServiceError) => error);
    stranger.close();
    expect(refused).toMatchObject({ code: 14 });
  });
});

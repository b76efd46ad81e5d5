import { Client, Metadata, type ChannelCredentials } from '@grpc/grpc-js';
import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import type { Load } from './load.ts';

const { requestType, responseType } = UserServiceDefinition.methods.getProfile;
const PATH = '/shopverse.user.v1.UserService/GetProfile';

/** GetProfile over bare grpc-js, with headers as they are given. */
export function grpcLoad(
  target: string,
  credentials: ChannelCredentials,
  headers: Readonly<Record<string, string>>,
  authority?: string,
): Load {
  const client = new Client(
    target,
    credentials,
    authority === undefined ? {} : { 'grpc.ssl_target_name_override': authority, 'grpc.default_authority': authority },
  );
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const encode = (message: object) => Buffer.from(requestType.encode(message).finish());
  return {
    call: () =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          PATH,
          encode,
          (bytes: Buffer) => responseType.decode(bytes),
          {},
          metadata.clone(),
          { deadline: Date.now() + 10_000 },
          (error) => (error === null ? resolve() : reject(error)),
        );
      }),
    close: () => client.close(),
  };
}

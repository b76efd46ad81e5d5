import type { Profile } from '@shopverse/contracts/shopverse/user/v1/user';
import { UserServiceDefinition, type CreateProfileRequest } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { failure } from '@shopverse/mesh/failure';
import type { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { unserved } from '@shopverse/mesh/rpc/testing/unserved';
import { RpcServer } from '@shopverse/mesh/rpc/serve';
import { createLogger } from '@shopverse/mesh/telemetry/logger';

/** The user service's side of a registration, for tests of the auth service: a real server of the contract, its profiles in memory. */
export class UserServer {
  readonly #server: RpcServer;
  readonly profiles = new Map<string, CreateProfileRequest>();
  /** Calls of CreateProfile, refused ones included. */
  calls = 0;
  /** Whether it answers UNAVAILABLE. */
  away = false;

  constructor(credentials: WorkloadCredentials) {
    this.#server = new RpcServer({ credentials: credentials.server(), log: createLogger('user', 'silent') });
    this.#server.add(UserServiceDefinition, {
      ...unserved(UserServiceDefinition),
      createProfile: async (request) => {
        this.calls += 1;
        if (this.away) throw failure('DEPENDENCY_UNAVAILABLE', 'The database is away.');
        if (!this.profiles.has(request.userId)) this.profiles.set(request.userId, request);
        const { userId: id, ...rest } = this.profiles.get(request.userId) ?? request;
        return { id, ...rest, createdAt: undefined, updatedAt: undefined, etag: '' } satisfies Profile;
      },
    });
  }

  async listen(): Promise<number> {
    return this.#server.listen('127.0.0.1:0');
  }

  async close(): Promise<void> {
    await this.#server.drain(1_000);
  }
}

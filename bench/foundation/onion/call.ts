import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { Profile } from '@shopverse/contracts/shopverse/user/v1/user';
import { newId } from '@shopverse/mesh/ids';

/** The method that is called: one validated field in, about a hundred bytes out. */
export const definition = UserServiceDefinition;
/** The answer; what a handler does is not measured. */
export const answer = {
  profiles: [
    Profile.fromPartial({
      id: newId(),
      fullName: 'Asha Rao',
      email: 'asha.rao@example.com',
      phone: '+919876543210',
      createdAt: new Date(),
      updatedAt: new Date(),
    }),
  ],
};
/** What is asked. */
export const request = { userIds: [newId()] };
/** Who asks: the contract lets it. */
export const CALLER = 'order';
/** Who answers. */
export const CALLEE = 'user';

/** What both processes are told on their command line. */
export const VARIANTS = ['plaintext', 'bare', 'xds', 'mesh', 'mesh-xds'] as const;
/**
 * Bare grpc-js without TLS, bare grpc-js with mutual TLS, the same found by xDS; the mesh's serve() and client() at an address, and found by xDS: all of the mesh.
 */
export type Variant = (typeof VARIANTS)[number];

/** Whether the server is found by the control plane. */
export function isFound(variant: Variant): boolean {
  return variant === 'xds' || variant === 'mesh-xds';
}

/** Whether it is the mesh's own client and server. */
export function isMesh(variant: Variant): boolean {
  return variant === 'mesh' || variant === 'mesh-xds';
}

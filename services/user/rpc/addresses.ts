import { Address as AddressMessage } from '@shopverse/contracts/shopverse/user/v1/user';
import type { Empty } from '@shopverse/contracts/google/protobuf/empty';
import type {
  CreateAddressRequest,
  DeleteAddressRequest,
  GetAddressRequest,
  ListAddressesRequest,
  ListAddressesResponse,
  SetDefaultAddressRequest,
  UpdateAddressRequest,
} from '@shopverse/contracts/shopverse/user/v1/user_service';
import { failure, invalidField, type Failure } from '@shopverse/mesh/failure';
import { signedIn, type Call } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { idempotent } from '@shopverse/mesh/store/idempotency';
import type { Postgres, Transaction } from '@shopverse/mesh/store/postgres';
import { ADDRESS_LIMIT, type Address } from '../domain/address.ts';
import { addAddress, changeAddress, findAddress, listAddresses as list, removeAddress } from '../store/address-repository.ts';
import { lockProfile } from '../store/profile-repository.ts';
import { addressMessage } from './address-message.ts';
import { changed, checkedAddress, checkedPhone, checkEtag } from './check-input.ts';

/** What addresses need. */
export interface AddressDeps {
  readonly database: Postgres;
  readonly clock: () => Date;
}

const notFound = (id: string): Failure => failure('ADDRESS_NOT_FOUND', 'You have no address with this id.', { address_id: id });

/**
 * Adds an address; the first one is the default. Errors: ADDRESS_LIMIT_REACHED, USER_NOT_FOUND, INVALID_REQUEST (a postal code that is none of its country, a phone number
 * that is none), IDEMPOTENCY_KEY_REUSED.
 */
export function createAddress({ database, clock }: AddressDeps): UnaryHandler<CreateAddressRequest, AddressMessage> {
  return async ({ address: given }, call) => {
    const { userId } = signedIn(call);
    const postal = checkedAddress('address.postal_address', given?.postalAddress);
    const phone = checkedPhone('address.phone', given?.phone ?? '');
    return idempotent(database, call, { codec: AddressMessage }, async (claim) => {
      const now = clock();
      return change(database, call, async (tx) => {
        const others = await list(tx.em, userId);
        if (others.length >= ADDRESS_LIMIT)
          throw failure('ADDRESS_LIMIT_REACHED', `You have ${ADDRESS_LIMIT} addresses, which is the most: delete one first.`);
        const address: Address = {
          id: claim.resourceId,
          userId,
          label: (given?.label ?? '').normalize('NFC').trim(),
          postal,
          phone,
          isDefault: others.length === 0,
          version: 1,
          createdAt: now,
          updatedAt: now,
        };
        await addAddress(tx.em, address);
        const answer = addressMessage(address);
        await claim.complete(tx, answer);
        return answer;
      });
    });
  };
}

/** The caller's addresses, the default first, then the newest first. */
export function listAddresses({ database }: AddressDeps): UnaryHandler<ListAddressesRequest, ListAddressesResponse> {
  return async (_request, call) => {
    const { userId } = signedIn(call);
    return { addresses: (await database.read((em) => list(em, userId))).map(addressMessage) };
  };
}

/** One of the caller's addresses. Errors: ADDRESS_NOT_FOUND. */
export function getAddress({ database }: AddressDeps): UnaryHandler<GetAddressRequest, AddressMessage> {
  return async ({ id }, call) => {
    const { userId } = signedIn(call);
    const address = await database.read((em) => findAddress(em, userId, id));
    if (address === undefined) throw notFound(id);
    return addressMessage(address);
  };
}

/** Changes an address. Errors: ADDRESS_NOT_FOUND, CONCURRENT_CHANGE, INVALID_REQUEST. */
export function updateAddress({ database, clock }: AddressDeps): UnaryHandler<UpdateAddressRequest, AddressMessage> {
  return async ({ id, address: given, updateMask, etag }, call) => {
    const { userId } = signedIn(call);
    if (given === undefined) throw invalidField('address', 'is required.');
    const wanted = changed(given, updateMask, { label: 'label', postalAddress: 'postal_address', phone: 'phone' });
    const postal = 'postalAddress' in wanted ? checkedAddress('address.postal_address', wanted.postalAddress) : undefined;
    const phone = wanted.phone === undefined ? undefined : checkedPhone('address.phone', wanted.phone);
    const now = clock();
    return change(database, call, async (tx) => {
      const before = await findAddress(tx.em, userId, id);
      if (before === undefined) throw notFound(id);
      checkEtag(etag, before);
      const label = wanted.label?.normalize('NFC').trim();
      const after = { ...before, postal: postal ?? before.postal, phone: phone ?? before.phone, label: label ?? before.label };
      return addressMessage(await changeAddress(tx.em, after, now));
    });
  };
}

/** Takes an address away; the newest of the others is the default then, if this one was. Errors: ADDRESS_NOT_FOUND. */
export function deleteAddress({ database, clock }: AddressDeps): UnaryHandler<DeleteAddressRequest, Empty> {
  return async ({ id }, call) => {
    const { userId } = signedIn(call);
    const now = clock();
    return change(database, call, async (tx) => {
      const all = await list(tx.em, userId);
      const gone = all.find((address) => address.id === id);
      if (gone === undefined) throw notFound(id);
      await removeAddress(tx.em, id);
      const [next] = all.filter((address) => address.id !== id);
      if (gone.isDefault && next !== undefined) await changeAddress(tx.em, { ...next, isDefault: true }, now);
      return {};
    });
  };
}

/** Makes an address the default. Errors: ADDRESS_NOT_FOUND. */
export function setDefaultAddress({ database, clock }: AddressDeps): UnaryHandler<SetDefaultAddressRequest, AddressMessage> {
  return async ({ id }, call) => {
    const { userId } = signedIn(call);
    const now = clock();
    return change(database, call, async (tx) => {
      const all = await list(tx.em, userId);
      const [chosen, before] = [all.find((address) => address.id === id), all.find(({ isDefault }) => isDefault)];
      if (chosen === undefined) throw notFound(id);
      if (chosen.isDefault) return addressMessage(chosen);
      // The old one first: there are never two.
      if (before !== undefined) await changeAddress(tx.em, { ...before, isDefault: false }, now);
      return addressMessage(await changeAddress(tx.em, { ...chosen, isDefault: true }, now));
    });
  };
}

/** Changes one user's addresses one call after the other: what they are together (how many, which is the default) is true at all times. */
async function change<T>(database: Postgres, call: Call, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const { userId } = signedIn(call);
  return database.transaction(async (tx) => {
    if ((await lockProfile(tx.em, userId)) === undefined) throw failure('USER_NOT_FOUND', 'There is no profile of yours.');
    return work(tx);
  });
}

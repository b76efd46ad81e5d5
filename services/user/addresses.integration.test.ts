import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Address, type PostalAddress } from '@shopverse/contracts/shopverse/user/v1/user';
import { newId } from '@shopverse/mesh/ids';
import { openUserScene, reasonOf, type UserScene } from './testing/user-scene.ts';

let scene: UserScene;
beforeAll(async () => {
  scene = await openUserScene();
}, 60_000);
afterAll(() => scene.close());

const kolkata: PostalAddress = {
  recipient: 'Ravi Iyer',
  street: '4 Park Street',
  city: 'Kolkata',
  state: 'West Bengal',
  postalCode: '700016',
  countryCode: 'IN',
};
const add = (userId: string, over: Partial<Address> = {}) =>
  scene.by(userId, (users) => users.createAddress({ address: Address.fromPartial({ postalAddress: kolkata, ...over }) }));
const list = async (userId: string) => (await scene.by(userId, (users) => users.listAddresses({}))).addresses;
const defaults = async (userId: string) => (await list(userId)).filter(({ isDefault }) => isDefault).map(({ id }) => id);

describe('an address', () => {
  it('is added, read, changed and taken away by whom it belongs to', async () => {
    const { id: userId } = await scene.person();
    const made = await add(userId, { label: ' Home ', phone: '+919876543210' });
    expect(made).toMatchObject({ label: 'Home', phone: '+919876543210', isDefault: true, etag: '"1"', postalAddress: kolkata });
    expect(await scene.by(userId, (users) => users.getAddress({ id: made.id }))).toEqual(made);
    const changed = await scene.by(userId, (users) =>
      users.updateAddress({
        id: made.id,
        address: { label: '', postalAddress: { ...kolkata, street: '5 Park Street' }, phone: '' },
        updateMask: ['postal_address', 'phone'],
        etag: made.etag,
      }),
    );
    expect(changed).toMatchObject({ label: 'Home', phone: '', etag: '"2"', postalAddress: { street: '5 Park Street' } });
    const stale = scene.by(userId, (users) =>
      users.updateAddress({
        id: made.id,
        address: { label: 'x', postalAddress: undefined, phone: '' },
        updateMask: undefined,
        etag: made.etag,
      }),
    );
    expect(await reasonOf(stale)).toBe('CONCURRENT_CHANGE');
    await scene.by(userId, (users) => users.deleteAddress({ id: made.id }));
    expect(await list(userId)).toEqual([]);
  });

  it('of somebody else is not there', async () => {
    const [{ id: owner }, { id: other }] = [await scene.person(), await scene.person()];
    const { id } = await add(owner);
    const address = { label: 'mine now', postalAddress: undefined, phone: '' };
    const tries = [
      scene.by(other, (users) => users.getAddress({ id })),
      scene.by(other, (users) => users.updateAddress({ id, address, updateMask: undefined, etag: '' })),
      scene.by(other, (users) => users.deleteAddress({ id })),
      scene.by(other, (users) => users.setDefaultAddress({ id })),
    ];
    expect(await Promise.all(tries.map(reasonOf))).toEqual(tries.map(() => 'ADDRESS_NOT_FOUND'));
    expect(await list(owner)).toHaveLength(1);
  });

  it.each([
    ['a PIN code that is none', { ...kolkata, postalCode: '7000' }],
    ['no state where there are some', { ...kolkata, state: '' }],
    ['a name of blanks', { ...kolkata, recipient: '   ' }],
    ['a country that is none', { ...kolkata, countryCode: 'India' }],
    ['a line break in the city', { ...kolkata, city: 'Kolkata\nBcc: all@example.com' }],
  ])('with %s is refused', async (_what, postalAddress) => {
    const { id: userId } = await scene.person();
    expect(await reasonOf(add(userId, { postalAddress }))).not.toBe('OK');
    expect(await list(userId)).toEqual([]);
  });

  it('is one of twenty at most, however many are added at once', async () => {
    const { id: userId } = await scene.person();
    const reasons = await Promise.all(Array.from({ length: 25 }, () => reasonOf(add(userId))));
    expect(reasons.filter((reason) => reason === 'ADDRESS_LIMIT_REACHED')).toHaveLength(5);
    expect(await list(userId)).toHaveLength(20);
    expect(await defaults(userId)).toHaveLength(1);
  });
});

describe('of one’s addresses', () => {
  it('exactly one is the default: the first, then the one that is made it, then the newest of those left', async () => {
    const { id: userId } = await scene.person();
    const [first, second, third] = [await add(userId), await add(userId), await add(userId)];
    expect(await defaults(userId)).toEqual([first.id]);
    await scene.by(userId, (users) => users.setDefaultAddress({ id: second.id }));
    expect((await list(userId)).map(({ id }) => id)).toEqual([second.id, third.id, first.id]);
    await scene.by(userId, (users) => users.deleteAddress({ id: second.id }));
    expect(await defaults(userId)).toEqual([third.id]);
  });

  it('one is the default even when several are made it at once', async () => {
    const { id: userId } = await scene.person();
    const made = [await add(userId), await add(userId), await add(userId)];
    await Promise.all([...made, ...made].map(({ id }) => scene.by(userId, (users) => users.setDefaultAddress({ id }))));
    expect(await defaults(userId)).toHaveLength(1);
  });

  it('there is none before there is a profile', async () => {
    expect(await reasonOf(add(newId()))).toBe('USER_NOT_FOUND');
  });
});

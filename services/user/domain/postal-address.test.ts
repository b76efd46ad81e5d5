import { describe, expect, it } from '@jest/globals';
import { isPhone } from './phone.ts';
import { addressProblem, tidyAddress, type PostalAddress } from './postal-address.ts';

const kolkata: PostalAddress = {
  recipient: 'Ravi Iyer',
  street: '4 Park Street',
  city: 'Kolkata',
  state: 'West Bengal',
  postalCode: '700016',
  countryCode: 'IN',
};
const problemOf = (over: Partial<PostalAddress>) => addressProblem(tidyAddress({ ...kolkata, ...over }))?.field;

describe('a postal address', () => {
  it.each(['700016', '700 016', ' 700016 '])('in India has a PIN code of six digits: %j', (postalCode) => {
    expect(tidyAddress({ ...kolkata, postalCode }).postalCode).toBe('700016');
    expect(problemOf({ postalCode })).toBeUndefined();
  });

  it.each(['70001', '7000160', '000016', '7000I6', '700-016', '٧٠٠٠١٦'])('has no such PIN code as %j', (postalCode) => {
    expect(problemOf({ postalCode })).toBe('postalCode');
  });

  it.each([
    ['US', '94103', 'California', undefined],
    ['US', '94103-1234', 'California', undefined],
    ['US', '9410', 'California', 'postalCode'],
    ['DE', '10115', '', undefined],
    ['DE', '1011', '', 'postalCode'],
    ['GB', 'sw1a 1aa', '', undefined],
    ['CA', 'K1A 0B1', '', 'state'],
    // Nobody knows its rule here: whatever is given is believed.
    ['ZZ', 'any thing', '', undefined],
  ] as const)('in %s with %j and state %j: %s', (countryCode, postalCode, state, problem) => {
    expect(problemOf({ countryCode, postalCode, state })).toBe(problem);
  });

  it.each(['recipient', 'street', 'city', 'postalCode'] as const)('is none without %s, or with blanks for it', (field) => {
    expect(problemOf({ [field]: ' \t ' })).toBe(field);
  });

  it('is tidied: composed, one blank between words; the lines of the street stay', () => {
    expect(tidyAddress({ ...kolkata, city: '  Nouveau-Cafe\u0301 ', street: '4  Park\u00a0Street \n Flat 2' })).toMatchObject({
      city: 'Nouveau-Café',
      street: '4 Park Street \n Flat 2',
    });
  });
});

describe('a phone number', () => {
  it.each(['', '+919876543210', '+14155552671', '+4930901820'])('can be %j', (phone) => {
    expect(isPhone(phone)).toBe(true);
  });
  it.each(['+910000000000', '+1415555', '+999123456789', '9876543210'])('can’t be %j', (phone) => {
    expect(isPhone(phone)).toBe(false);
  });
});

import validator from 'validator';

/** Where something can be sent. */
export interface PostalAddress {
  readonly recipient: string;
  readonly street: string;
  readonly city: string;
  /** Empty where there is none. */
  readonly state: string;
  readonly postalCode: string;
  /** ISO 3166-1 alpha-2. */
  readonly countryCode: string;
}

/** A field that breaks a rule, and the way out. */
export interface AddressProblem {
  readonly field: keyof PostalAddress;
  readonly message: string;
}

const known: ReadonlySet<string> = new Set<string>(validator.isPostalCodeLocales);
/** Countries whose addresses name a state. */
const WITH_STATE = new Set(['AU', 'BR', 'CA', 'IN', 'MX', 'US']);

/** One space between words, none around, composed (NFC). */
const tidy = (text: string): string =>
  text
    .normalize('NFC')
    .replaceAll(/[^\S\n]+/g, ' ')
    .trim();

/** The address as it is kept: tidied, an Indian PIN code without the space it is often written with. */
export function tidyAddress({ recipient, street, city, state, postalCode, countryCode }: PostalAddress): PostalAddress {
  const code = tidy(postalCode).toUpperCase();
  return {
    recipient: tidy(recipient),
    street: tidy(street),
    city: tidy(city),
    state: tidy(state),
    postalCode: countryCode === 'IN' ? code.replace(' ', '') : code,
    countryCode,
  };
}

/** What is wrong with a tidied address: a code that its country does not have the like of (a PIN code in India), a state that is missing where addresses have one. */
export function addressProblem(address: PostalAddress): AddressProblem | undefined {
  const { countryCode, postalCode, state } = address;
  for (const field of ['recipient', 'street', 'city', 'postalCode'] as const)
    if (address[field] === '') return { field, message: 'say it: it is needed to deliver' };
  if (known.has(countryCode) && !validator.isPostalCode(postalCode, countryCode as validator.PostalCodeLocale))
    return {
      field: 'postalCode',
      message: countryCode === 'IN' ? 'must be a PIN code of six digits, such as 700016' : `must be a postal code of ${countryCode}`,
    };
  if (WITH_STATE.has(countryCode) && state === '') return { field: 'state', message: `is needed in ${countryCode}` };
  return undefined;
}

import type { Stack } from '../stack.ts';

/** The page at the end of the start: where everything is, who can sign in, what to try. */
export function summary({ addresses, secrets, supervisor, home }: Stack): string {
  const jaeger = supervisor.parts.find(({ part }) => part.name === 'jaeger');
  const traces =
    jaeger === undefined || jaeger.state === 'ready'
      ? addresses.jaeger
      : `${addresses.jaeger} (${jaeger.state === 'unavailable' ? jaeger.note : 'still being built; npx shopverse status tells'})`;
  return `
ShopVerse is up.

  REST, gRPC   ${addresses.edge}/v1/products?query=cookware
  mail         ${addresses.mailPage}
  traces       ${traces}
  payments     ${addresses.sandbox}  (a provider to pay at without money)

  admin        ${secrets.admin.email}  ${secrets.admin.password}
  customer     ${secrets.customer.email}  ${secrets.customer.password}

Try next, in another terminal:

  npx shopverse demo           a customer's whole story through REST
  npx shopverse status         every part: state, address, memory
  npx shopverse logs order -f

Data and logs are in ${home.folder}. Ctrl-C or npx shopverse down stops everything and loses nothing.
`;
}

import { methodsOf, type ServiceDefinition } from '../definition.ts';
import type { Handlers } from '../handler.ts';

/** Handlers that refuse every method, for a server that stands for a service and answers a few: `{ ...unserved(Definition), getThing: … }`. */
export function unserved<Definition extends ServiceDefinition>(definition: Definition): Handlers<Definition> {
  const refuse = (name: string) => () => {
    throw new Error(`${definition.fullName}/${name} is not served here.`);
  };
  return Object.fromEntries(methodsOf(definition).map(([key, { name }]) => [key, refuse(name)])) as unknown as Handlers<Definition>;
}

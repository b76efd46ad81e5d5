import { methodRules, type MethodRule } from '@shopverse/contracts/method-rules';

/** gRPC paths of the methods of a service (`product`), all of its gRPC services together; those alone for which `wanted` holds. */
export function methodsOf(service: string, wanted: (rule: MethodRule) => boolean = () => true): string[] {
  return Object.entries(methodRules)
    .filter(([path, rule]) => path.startsWith(`/shopverse.${service}.`) && wanted(rule))
    .map(([path]) => path);
}

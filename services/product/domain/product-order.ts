import { invalidField } from '@shopverse/mesh/failure';

const FIELDS = ['price', 'name', 'created_at'] as const;

/** In which order products are listed. */
export interface ProductOrder {
  readonly by: (typeof FIELDS)[number];
  readonly descending: boolean;
}

/** What is listed in when the request says nothing and looks for nothing. */
export const NEWEST_FIRST: ProductOrder = { by: 'created_at', descending: true };

/**
 * Reads an `order_by` (AIP-132): one of the fields, perhaps followed by "desc"; spaces more or less do not matter. Undefined when it is empty.
 *
 * @throws Failure INVALID_REQUEST naming what is allowed
 */
export function productOrder(orderBy: string): ProductOrder | undefined {
  const [field, direction, ...rest] = orderBy.split(' ').filter((word) => word !== '');
  if (field === undefined) return undefined;
  const by = FIELDS.find((known) => known === field);
  if (by === undefined || (direction !== undefined && direction !== 'desc') || rest.length > 0)
    throw invalidField('order_by', `must be one of ${FIELDS.flatMap((known) => [known, `${known} desc`]).join(', ')}`);
  return { by, descending: direction === 'desc' };
}

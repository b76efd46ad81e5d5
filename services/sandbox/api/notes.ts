import { z } from 'zod';

/** The merchant's own remarks on a thing. */
export const notes = z.union([z.record(z.string(), z.union([z.string().max(256), z.number()])), z.array(z.never())]).default([]);

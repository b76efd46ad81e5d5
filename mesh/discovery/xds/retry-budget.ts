/** Where the retry budget stands in a virtual host's metadata: xDS has no field for it that gRPC clients read. */
export const RETRY_BUDGET = 'shopverse.retry_budget';

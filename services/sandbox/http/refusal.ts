/** A request that is refused, in Razorpay's shape of an error. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;

  constructor(status: number, code: string, description: string, field?: string) {
    super(description);
    this.status = status;
    this.code = code;
    this.field = field;
  }

  /** @see https://razorpay.com/docs/errors */
  toJSON(): object {
    return {
      error: {
        code: this.code,
        description: this.message,
        source: this.status < 500 ? 'business' : 'internal',
        step: 'payment_initiation',
        reason: this.status < 500 ? 'input_validation_failed' : 'server_error',
        metadata: {},
        ...(this.field === undefined ? {} : { field: this.field }),
      },
    };
  }
}

/** HTTP 400, as Razorpay answers to what it can't make sense of, unknown ids included. */
export function badRequest(description: string, field?: string): Refusal {
  return new Refusal(400, 'BAD_REQUEST_ERROR', description, field);
}

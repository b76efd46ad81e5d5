/** Every provider that payments may have been made by, whether or not it is set up here. */
export const providerNames = ['razorpay', 'stripe'] as const;

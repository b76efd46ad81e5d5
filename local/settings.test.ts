import { describe, expect, it } from '@jest/globals';
import { readSettings, settingsOf } from './settings.ts';

const read = (value: string) => readSettings({ SHOPVERSE_SERVICE_SETTINGS: value });

describe('settings of single services', () => {
  it('go to the service that they name', () => {
    const config = read('payment.RECONCILE_AFTER_MS=5000,order.LOG_LEVEL=debug,payment.RAZORPAY_API_URL=http://a/?b=c');
    expect(settingsOf('payment', config)).toEqual({ RECONCILE_AFTER_MS: '5000', RAZORPAY_API_URL: 'http://a/?b=c' });
    expect(settingsOf('order', config)).toEqual({ LOG_LEVEL: 'debug' });
    expect(settingsOf('product', config)).toEqual({});
    expect(settingsOf('order', read(''))).toEqual({});
  });

  it.each(['payment', 'payment.x=1', 'RECONCILE_AFTER_MS=1', 'payment.RECONCILE_AFTER_MS'])('are refused as %j', (value) => {
    expect(() => read(value)).toThrow('SHOPVERSE_SERVICE_SETTINGS');
  });
});

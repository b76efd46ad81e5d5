import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Purchase, PurchaseHistory } from './purchase-history.ts';

/** Purchases that are read; more do not fit the time of a benchmark. */
const MOST = 2_000_000;

/**
 * Reads a history from lines of `user,item,time`. The time is ISO 8601, or a number of Unix seconds or milliseconds. A first line without a time is taken for a
 * heading. Nothing is known of categories.
 *
 * @throws Error that names the line which is none
 */
export async function readCsv(file: string): Promise<PurchaseHistory> {
  const purchases: Purchase[] = [];
  const since = new Map<string, number>();
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    number += 1;
    if (line.trim() === '') continue;
    const purchase = parseLine(line);
    if (purchase === undefined) {
      if (number === 1) continue;
      throw new Error(`Line ${number} of ${file} is not "user,item,time": ${line.slice(0, 80)}`);
    }
    if (purchases.length >= MOST) throw new Error(`${file} has more than ${MOST} lines: cut it.`);
    purchases.push(purchase);
    since.set(purchase.item, Math.min(since.get(purchase.item) ?? Infinity, purchase.time));
  }
  return {
    items: [...since].map(([id, time]) => ({ id, category: '', since: time })),
    purchases: purchases.sort((a, b) => a.time - b.time),
  };
}

/** Numbers up to this are seconds: as milliseconds they are before 1973. */
const LARGEST_SECONDS = 100_000_000_000;

/** Undefined when the line is no purchase. */
export function parseLine(line: string): Purchase | undefined {
  const [user = '', item = '', when = '', ...more] = line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  if (user === '' || item === '' || when === '' || more.length > 0) return undefined;
  const number = Number(when);
  const time = Number.isNaN(number) ? Date.parse(when) : number < LARGEST_SECONDS ? number * 1_000 : number;
  return Number.isNaN(time) ? undefined : { user, item, time };
}

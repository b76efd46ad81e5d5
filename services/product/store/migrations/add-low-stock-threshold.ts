import { Migration } from '@mikro-orm/migrations';

/** `products.low_stock_threshold`: from which number on there are few of a product; null where the shop's own threshold is good enough. */
export class AddLowStockThreshold extends Migration {
  override up(): void {
    this.addSql('alter table products add column low_stock_threshold bigint check (low_stock_threshold >= 0)');
  }
}

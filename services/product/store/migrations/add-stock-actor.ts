import { Migration } from '@mikro-orm/migrations';

/** `stock_movements.actor_id`: the user who adjusted the stock; nobody where a part of the shop moved it. */
export class AddStockActor extends Migration {
  override up(): void {
    this.addSql('alter table stock_movements add column actor_id uuid');
  }
}

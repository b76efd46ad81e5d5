import { Client } from 'pg';

/** What PostgreSQL was asked to do, by all services together. */
export interface StatementCounts {
  /** Statements that clients sent, without those that only begin or end a transaction. */
  readonly statements: number;
  /** All that clients sent and waited for. */
  readonly roundTrips: number;
  /** Statements inside of functions of the database. */
  readonly nested: number;
  /** Statements by database. */
  readonly byDatabase: Readonly<Record<string, number>>;
}

/** One statement's text and how often it was run. */
export interface StatementText {
  readonly database: string;
  readonly calls: number;
  readonly ms: number;
  readonly toplevel: boolean;
  readonly query: string;
}

/** Begins and ends of transactions, of which PostgreSQL knows several spellings. */
const TRANSACTION_CONTROL = String.raw`query ~* '^\s*(begin|start transaction|commit|rollback|savepoint|release)'`;
/** Only what the services' own roles sent: neither this benchmark nor the server's keeper. */
const OF_SERVICES = `
  from pg_stat_statements s join pg_roles r on r.oid = s.userid join pg_database d on d.oid = s.dbid
  where r.rolname = d.datname`;

/** All counts times `factor`. */
export function scaled({ statements, roundTrips, nested, byDatabase }: StatementCounts, factor: number): StatementCounts {
  return {
    statements: statements * factor,
    roundTrips: roundTrips * factor,
    nested: nested * factor,
    byDatabase: Object.fromEntries(Object.entries(byDatabase).map(([name, count]) => [name, count * factor])),
  };
}

/** The counts of `all` without those of `part`. */
export function less(all: StatementCounts, part: StatementCounts): StatementCounts {
  return {
    statements: all.statements - part.statements,
    roundTrips: all.roundTrips - part.roundTrips,
    nested: all.nested - part.nested,
    byDatabase: Object.fromEntries(Object.entries(all.byDatabase).map(([name, count]) => [name, count - (part.byDatabase[name] ?? 0)])),
  };
}

/** Counts from now on, by pg_stat_statements. @param superuser address of the server's superuser */
export async function countStatements(superuser: string): Promise<{
  readonly counts: () => Promise<StatementCounts>;
  readonly texts: () => Promise<StatementText[]>;
  readonly stop: () => Promise<void>;
}> {
  const client = new Client({ connectionString: superuser });
  await client.connect();
  await client.query('select pg_stat_statements_reset()');
  return {
    counts: async () => {
      const { rows } = await client.query<{ database: string; statements: string; round_trips: string; nested: string }>(`
        select d.datname as database,
          coalesce(sum(calls) filter (where toplevel and not ${TRANSACTION_CONTROL}), 0) as statements,
          coalesce(sum(calls) filter (where toplevel), 0) as round_trips,
          coalesce(sum(calls) filter (where not toplevel), 0) as nested
        ${OF_SERVICES} group by d.datname order by d.datname`);
      const total = (pick: (row: (typeof rows)[number]) => string) => rows.reduce((sum, row) => sum + Number(pick(row)), 0);
      return {
        statements: total((row) => row.statements),
        roundTrips: total((row) => row.round_trips),
        nested: total((row) => row.nested),
        byDatabase: Object.fromEntries(rows.map(({ database, statements }) => [database, Number(statements)])),
      };
    },
    texts: async () => {
      const { rows } = await client.query<StatementText>(`
        select d.datname as database, calls::float8 as calls, total_exec_time as ms, toplevel, regexp_replace(query, '\\s+', ' ', 'g') as query
        ${OF_SERVICES} order by calls desc, query`);
      return rows;
    },
    stop: () => client.end(),
  };
}

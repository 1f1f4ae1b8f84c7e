/**
 * Statements that come again are prepared once a connection. drizzle sends every statement unnamed, which costs a second
 * journey and a new plan each time; most of what a city's processes say is the same few hundred texts.
 */
import type postgres from 'postgres';

/** So many different texts are kept prepared; what comes later is sent as it is. */
const MOST_TEXTS = 1_000;
/** Longer texts carry lists of changing length. */
const LONGEST = 20_000;

type Unsafe = postgres.Sql['unsafe'];
type Sender = { unsafe: Unsafe };

/** Makes a client, and the transactions it begins, prepare the statements with parameters that it has seen before. */
export function prepared(sql: postgres.Sql): postgres.Sql {
  const seen = new Set<string>();
  const recurs = (text: string): boolean => {
    if (seen.has(text)) return true;
    if (seen.size < MOST_TEXTS && text.length <= LONGEST) seen.add(text);
    return false;
  };
  const withUnsafe = <T extends Sender>(sender: T): T => {
    const plain = sender.unsafe;
    const unsafe: Unsafe = (text, args, options) =>
      plain(text, args, args?.length ? { ...options, prepare: recurs(text) } : options);
    return Object.assign(sender, { unsafe });
  };
  const begin = sql.begin.bind(sql) as (work: (tx: postgres.TransactionSql) => unknown) => Promise<unknown>;
  const withBegin = (work: (tx: postgres.TransactionSql) => unknown) =>
    begin((tx) => work(withSavepoint(tx)));
  function withSavepoint(tx: postgres.TransactionSql): postgres.TransactionSql {
    const savepoint = tx.savepoint as (work: (tx: postgres.TransactionSql) => unknown) => Promise<unknown>;
    const within = (work: (tx: postgres.TransactionSql) => unknown) =>
      savepoint((inner) => work(withSavepoint(inner)));
    return Object.assign(withUnsafe(tx), { savepoint: within }) as postgres.TransactionSql;
  }
  return Object.assign(withUnsafe(sql), { begin: withBegin }) as postgres.Sql;
}

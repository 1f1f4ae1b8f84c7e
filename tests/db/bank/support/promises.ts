/**
 * What is true of the ledger at every instant, whatever was done to it and whoever was killed while doing it. Each
 * promise is a query for what breaks it.
 */
import type postgres from 'postgres';

const promises: Record<string, string> = {
  'the sum is zero in each currency': `
    select currency, sum(balance) from account_balances group by currency having sum(balance) <> 0`,
  'a balance is the sum of what came and went': `
    select b.id, b.kind, b.balance, coalesce(e.sum, 0) as sum from account_balances b
    left join (select account_id, sum(amount) as sum from entries group by account_id) e on e.account_id = b.id
    where b.balance <> coalesce(e.sum, 0)`,
  'nothing available is below its floor': `
    select id::text, balance, held, floor from accounts where held < 0 or balance - held < floor
    union all select account_id || '/' || shard, balance, held, floor from account_shards
    where held < 0 or balance - held < floor`,
  "the floors of an account's shards add up to its own": `
    select a.id, a.floor, sum(s.floor) from accounts a join account_shards s on s.account_id = a.id
    where bank_sharded(a.kind) group by a.id, a.floor
    having count(s.floor) <> case when a.floor is null then 0 else count(*) end or sum(s.floor) not in (a.floor, 0)`,
  'only the sharded have shards, and nothing beside them': `
    select a.id, a.kind from accounts a where bank_sharded(a.kind) and (a.balance <> 0 or a.held <> 0)
    union all select a.id, a.kind from accounts a join account_shards s on s.account_id = a.id
    where not bank_sharded(a.kind)`,
  'what is held is what the open holds say': `
    select a.id::text, a.held, coalesce(h.amount, 0) as holds from accounts a
    left join (select account_id, sum(amount) as amount from holds where state = 'open' and shard is null group by 1) h
      on h.account_id = a.id where a.held <> coalesce(h.amount, 0)
    union all
    select s.account_id || '/' || s.shard, s.held, coalesce(h.amount, 0) from account_shards s
    left join (select account_id, shard, sum(amount) as amount from holds where state = 'open' group by 1, 2) h
      on h.account_id = s.account_id and h.shard = s.shard where s.held <> coalesce(h.amount, 0)`,
  'suspense holds what is suspended': `
    select a.id, a.balance, coalesce(h.amount, 0) as suspended from accounts a
    left join (select suspense_id, sum(amount) as amount from holds where state = 'suspended' group by 1) h on h.suspense_id = a.id
    where a.kind = 'suspense' and a.balance <> coalesce(h.amount, 0)`,
  'an order is held for in one currency and ends at once': `
    select h.order_id from holds h join accounts a on a.id = h.account_id group by h.order_id
    having count(distinct a.currency) > 1 or count(distinct h.state = 'open') > 1`,
  'each balance in the chain follows from the one before, and the last is the balance': `
    select account_id, transfer_id, balance_after, sum from (
      select e.account_id, e.transfer_id, e.balance_after, a.balance,
        sum(e.amount) over (partition by e.account_id order by e.transfer_id) as sum,
        lead(e.transfer_id) over (partition by e.account_id order by e.transfer_id) is null as is_last
      from entries e join accounts a on a.id = e.account_id where not bank_sharded(a.kind)) as chain
    where balance_after is distinct from sum or is_last and balance_after <> balance`,
  "an account's transfers stand in the order of their instants": `
    select account_id, transfer_id from (
      select e.account_id, e.transfer_id, e.at, a.last_at,
        lead(e.at) over (partition by e.account_id order by e.transfer_id) as next
      from entries e join accounts a on a.id = e.account_id where not bank_sharded(a.kind)) as chain
    where next < at or next is null and last_at is distinct from at`,
  'a sharded account has no chain': `
    select e.transfer_id from entries e join accounts a on a.id = e.account_id
    where bank_sharded(a.kind) and e.balance_after is not null`,
  'each transfer has its key, and each key its transfer': `
    select coalesce(k.key, t.idempotency_key) as key from transfers t full join transfer_keys k on k.transfer_id = t.id
    where t.id is null or k.key is null or k.key <> t.idempotency_key`,
  'each transfer waits for the seal or is sealed, once': `
    select t.id from transfers t left join (
      select transfer_id from unsealed union all select transfer_id from tree_leaves) w on w.transfer_id = t.id
    group by t.id having count(w.transfer_id) <> 1
    union all select w.transfer_id from unsealed w where not exists (select from transfers t where t.id = w.transfer_id)`,
  'what is recorded is what is posted': `
    select (select count(*) from transfers) as transfers, sum((detail ->> 'transfers')::int) as recorded
    from audit where action like 'ledger.%' and detail ? 'transfers'
    having coalesce(sum((detail ->> 'transfers')::int), 0) <> (select count(*) from transfers)`,
  'what is recorded is told once': `
    select a.record_id from audit a left join (
      select record_id from outbox where kind = 'account' union all select record_id from events where kind = 'account') e
      on e.record_id = a.record_id
    where a.action like 'ledger.%' and a.detail ? 'transfers' group by a.id, a.record_id having count(e.record_id) <> 1`,
  'a settlement is what its visit was paid': `
    select coalesce(s.order_id, t.cause_id) as order_id, s.amount, t.amount as paid from settlements s
    full join (select cause_id, sum(amount) as amount from transfers where cause = 'visit' group by 1) t
      on t.cause_id = s.order_id
    where s.amount is distinct from t.amount`,
  'nothing that is settled is still held': `
    select s.order_id from settlements s join holds h on h.order_id = s.order_id where h.state = 'open'`,
  'a transfer is reversed by its opposite, once': `
    select t.id from transfers t join transfers r on r.cause = 'reversal' and r.cause_id = t.id group by t.id
    having count(*) > 1
    union all select r.id from transfers r left join transfers t on t.id = r.cause_id
      left join reversals v on v.reversal_id = r.id and v.transfer_id = t.id
    where r.cause = 'reversal' and (t.id is null or v.id is null
      or (r.debit_account_id, r.credit_account_id, r.amount) <> (t.credit_account_id, t.debit_account_id, t.amount))`,
  'whoever owes owes, and nobody is owed by a debt': `
    select id, balance from accounts where kind = 'receivable' and balance > 0`,
  'what is closed is empty': `
    select id from accounts where closed_at is not null and (balance <> 0 or held <> 0)`,
};

/** The promises that are broken, each with the first rows that break it. */
export async function brokenPromises(sql: postgres.Sql): Promise<string[]> {
  const broken: string[] = [];
  for (const [promise, query] of Object.entries(promises)) {
    const rows = await sql.unsafe(query);
    if (rows.length > 0) broken.push(`${promise}: ${JSON.stringify(rows.slice(0, 3))}`);
  }
  return broken;
}

/** What is true of orders, offers and visits at every instant, whoever did what at the same time: queries for what breaks it. */
import type postgres from 'postgres';

const promises: Record<string, string> = {
  'at most one round of offers is open for an order': `
    select order_id from offers where state = 'open' group by order_id having count(distinct round_id) > 1`,
  'an order is offered exactly while somebody is asked': `
    select id, state from orders o
    where (state = 'offered') <> exists (select from offers f where f.order_id = o.id and f.state = 'open')`,
  'an order that is served has one accepted offer, and one that waits has none': `
    select id, state from orders o where state <> 'cancelled'
      and (state in ('accepted', 'started', 'finished', 'settled', 'disputed'))
        <> ((select count(*) from offers f where f.order_id = o.id and f.state = 'accepted') = 1)`,
  'each place of an order is assigned at most once, and as many as come are assigned while it is served': `
    select o.id, o.state, o.carers_needed, v.visits, v.places from orders o
    cross join lateral (select count(*) as visits, count(distinct place) as places from visits v
      where v.order_id = o.id and v.state in ('planned', 'started', 'finished', 'settled')) as v
    where v.visits <> v.places
      or v.visits <> case when o.state in ('accepted', 'started', 'finished', 'settled', 'disputed') then o.carers_needed else 0 end`,
  'a visit is as far as its order': `
    select o.id, o.state, v.state from orders o join visits v on v.id in (o.visit_id, o.second_visit_id)
    where case o.state when 'accepted' then v.state not in ('planned', 'started', 'finished') when 'started' then v.state not in ('started', 'finished')
      when 'finished' then v.state <> 'finished' when 'disputed' then v.state <> 'finished'
      when 'settled' then v.state <> 'settled' else v.state in ('planned', 'started') end`,
  'whoever is to come has promised the time, and nobody else': `
    select v.id, v.state from visits v left join commitments c on c.visit_id = v.id
    where (v.state in ('planned', 'started')) and c.visit_id is null
      or v.state in ('missed', 'cancelled', 'settled') and c.visit_id is not null`,
  'what is held for open orders is what they cost, and for ended ones nothing': `
    select o.id, o.state, h.held, o.minutes from orders o
    cross join lateral (select coalesce(sum(amount), 0) as held from holds h where h.order_id = o.id and h.state = 'open') as h
    where o.payer = 'time_bank'
      and h.held <> case when o.state in ('settled', 'cancelled', 'unserved', 'disputed') then 0 else o.minutes end`,
  'what is disputed lies in suspense, and nothing else does': `
    select o.id, o.state, h.kept, o.minutes from orders o
    cross join lateral (select coalesce(sum(amount), 0) as kept from holds h where h.order_id = o.id and h.state = 'suspended') as h
    where case when o.state <> 'disputed' then h.kept <> 0 when o.payer = 'time_bank' then h.kept <> o.minutes
      when o.payer = 'subsidy' then h.kept <> o.price_fen - o.own_share_fen else h.kept <> 0 end
    union all
    select a.id, a.kind, a.balance, coalesce(h.kept, 0) from accounts a
    left join (select suspense_id, sum(amount) as kept from holds where state = 'suspended' group by 1) h on h.suspense_id = a.id
    where a.kind = 'suspense' and a.balance <> coalesce(h.kept, 0)`,
  'an order is disputed exactly while its dispute is not decided, and a decided one is paid what was decided': `
    select o.id, o.state, d.state, d.paid::int, s.amount::int from orders o left join disputes d on d.order_id = o.id
    left join settlements s on s.order_id = o.id
    where (o.state = 'disputed') <> (d.state is not null and d.state <> 'decided')
      or d.state = 'decided' and coalesce(s.amount, 0) <> d.paid`,
  'a settled order is paid once, and no other is paid': `
    select o.id, o.state, s.order_id from orders o left join settlements s on s.order_id = o.id
    where o.payer = 'time_bank' and (o.state = 'settled') <> (s.order_id is not null)`,
  'a settled visit is posted once': `
    select cause_id, count(*) from transfers where cause = 'visit' and cause_id is not null
    group by cause_id, debit_account_id, credit_account_id having count(*) > 1`,
  'the history is a chain of listed changes, or of what stays in its state, that ends in the state': `
    select order_id, from_state, to_state, state from (
      select h.order_id, h.from_state, h.to_state, o.state,
        lag(h.to_state) over w as before, lead(h.to_state) over w as next
      from order_history h join orders o on o.id = h.order_id window w as (partition by h.order_id order by h.version)) as chain
    where from_state is distinct from before or next is null and to_state <> state
      or from_state <> to_state and not order_may_become(from_state, to_state)`,
  'an order has as many changes as it has versions': `
    select o.id, o.version, h.changes from orders o
    cross join lateral (select count(*) as changes from order_history h where h.order_id = o.id) as h
    where h.changes <> o.version`,
  'nobody waits without somebody or some time to look after them': `
    select id, state from orders where state = 'requested' and due_at is null
    union all select id, state from orders where state = 'finished' and due_at is null`,
  'the ledger sums to zero': `
    select currency, sum(balance) from account_balances group by currency having sum(balance) <> 0`,
};

/** The promises that are broken, each with the rows that break it; none when all is well. */
export async function brokenPromises(sql: postgres.Sql): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(promises).map(async ([name, query]) => {
      const rows = await sql.unsafe(query);
      return rows.length > 0 ? `${name}: ${JSON.stringify(rows.slice(0, 3))}` : null;
    }),
  );
  return found.filter((one) => one !== null);
}

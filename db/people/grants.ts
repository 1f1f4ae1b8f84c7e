/**
 * What the city grants by the month: minutes to key elders, which lapse (T8), and subsidy in fen by class. A grant is
 * posted once a month and account, whoever asks for it and however often; the key of its transfer sees to that.
 */
import { sql } from 'drizzle-orm';
import {
  type AccountName,
  accountKey,
  cityCode,
  openAccounts,
  openCityAccounts,
  type Posting,
  post,
} from '../bank/post.ts';
import type { BankPolicy } from '../bank/rules.ts';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { monthBounds, monthOf } from '../quality/rules.ts';
import { currentPolicy } from '../services/policies.ts';
import type { elders } from './schema.ts';

export type Entitled = Pick<typeof elders.$inferSelect, 'personId' | 'keyElder' | 'subsidyClass'>;

/** When the minutes granted in a month `YYYY-MM` lapse: the first instant of the month so many months later. */
export function lapseOf(month: string, months: number): Date {
  const [year = 0, index = 1] = month.split('-').map(Number);
  const total = year * 12 + (index - 1) + months;
  return monthBounds(`${Math.floor(total / 12)}-${String((total % 12) + 1).padStart(2, '0')}`).from;
}

const grantKey = (month: string, name: AccountName): string => `grant:${month}:${accountKey(name)}`;

function amountOf(name: AccountName, elder: Entitled, bank: BankPolicy): number {
  if (name.currency === 'min') return bank.grantMinutes;
  return elder.subsidyClass === 'none' ? 0 : bank.subsidyFen[elder.subsidyClass];
}

/**
 * Opens elders' grant accounts and posts what they are entitled to in the month of the act; what was posted for this month
 * already is passed over, whatever it was. Returns how many grants were posted.
 */
export async function grantMonth(tx: Tx, act: Act, people: readonly Entitled[]): Promise<number> {
  if (people.every((elder) => !elder.keyElder && elder.subsidyClass === 'none')) return 0;
  const bank = await currentPolicy(tx, 'bank', act.at);
  const month = monthOf(act.at);
  const named = people.flatMap((elder): { name: AccountName; elder: Entitled }[] => [
    ...(elder.keyElder
      ? [{ elder, name: { ownerId: elder.personId, kind: 'grant', currency: 'min' } as const }]
      : []),
    ...(elder.subsidyClass === 'none'
      ? []
      : [{ elder, name: { ownerId: elder.personId, kind: 'grant', currency: 'fen' } as const }]),
  ]);
  const city = await openCityAccounts(tx, act, []);
  const accounts = await openAccounts(
    tx,
    act,
    named.map((one) => one.name),
  );
  const used = await keysUsed(
    tx,
    named.map((one) => grantKey(month, one.name)),
  );
  const postings = named.flatMap(({ name, elder }): Posting[] => {
    const amount = amountOf(name, elder, bank.body);
    const key = grantKey(month, name);
    if (amount === 0 || used.has(key)) return [];
    return [
      {
        debit: city.get(
          accountKey({ ownerId: cityCode, kind: 'issuance', currency: name.currency }),
        ) as string,
        credit: accounts.get(accountKey(name)) as string,
        amount,
        currency: name.currency,
        cause: 'grant',
        key,
        policyId: bank.id,
        lapsesAt: name.currency === 'min' ? lapseOf(month, bank.body.grantLapseMonths) : null,
      },
    ];
  });
  await post(tx, act, postings);
  return postings.length;
}

async function keysUsed(tx: Tx, keys: readonly string[]): Promise<Set<string>> {
  const rows = await tx.execute<{ key: string }>(sql`
    select k.key from jsonb_array_elements_text(${JSON.stringify(keys)}::jsonb) as asked(key)
    join transfer_keys k on k.key = asked.key`);
  return new Set(rows.map((row) => row.key));
}

/**
 * Living elders who are entitled to something that was not posted for this month yet, by id after `after`, at most
 * `limit`. They are locked, and those at whom somebody else is are left to them.
 */
export async function dueForGrant(
  tx: Tx,
  at: Date,
  limit: number,
  after: string | null,
): Promise<(Entitled & { id: string })[]> {
  // Asked in this way it is a look into an index for each elder, however little is known of the tables' sizes.
  const missing = (currency: 'min' | 'fen') => sql`(
    select true from transfer_keys k where k.key = ${`grant:${monthOf(at)}:`} || e.person_id || ${`:grant:${currency}`}
    limit 1) is null`;
  const rows = await tx.execute<{
    person_id: string;
    key_elder: boolean;
    subsidy_class: Entitled['subsidyClass'];
  }>(sql`
    select e.person_id, e.key_elder, e.subsidy_class
    from elders e
    where e.person_id > ${after ?? '00000000-0000-0000-0000-000000000000'}::uuid
      and (e.key_elder and ${missing('min')} or e.subsidy_class <> 'none' and ${missing('fen')})
      and (select p.closed_at from persons p where p.id = e.person_id) is null
      and (select true from accounts a where a.owner_id = e.person_id::text and a.kind = 'grant'
        and a.closed_at is not null limit 1) is null
    order by e.person_id limit ${limit}
    for update skip locked`);
  return rows.map((row) => ({
    id: row.person_id,
    personId: row.person_id,
    keyElder: row.key_elder,
    subsidyClass: row.subsidy_class,
  }));
}

const AT_ONCE = 1000;

/** The month's grants of the whole city in one transaction, for a city that is made at once. */
export async function grantThisMonth(tx: Tx, act: Act): Promise<void> {
  for (let after: string | null = null; ; ) {
    const due: Entitled[] = await dueForGrant(tx, act.at, AT_ONCE, after);
    await grantMonth(tx, act, due);
    if (due.length < AT_ONCE) return;
    after = due.at(-1)?.personId ?? null;
  }
}

/** The month's clearings with a partner city as a batch (M2): every entry of its accounts, so that it ties to the statement. */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { idFloor } from '../connect/ids.ts';
import { type Batch, type BatchLine, batchOf } from './batchRules.ts';
import { listPartners, type PartnerAccount } from './clearingViews.ts';
import { cityCode } from './post.ts';
import type { Period } from './statement.ts';

/** No batch has more lines. */
export const MOST_BATCH_LINES = 20_000;

/** This city's batch of a month for a partner; `none` without such a partner, `too_many` where it has too many lines. */
export async function batchFor(
  db: Database | Tx,
  code: string,
  month: string,
  period: Period,
): Promise<Batch | 'none' | 'too_many'> {
  const [partner] = await listPartners(db, code);
  if (!partner) return 'none';
  const lines = await linesOf(db, partner.accounts, period);
  if (lines.length > MOST_BATCH_LINES) return 'too_many';
  const [city] = await db.execute<{ name: string }>(sql`select name from areas where code = ${cityCode}`);
  const head = {
    sender: { code: cityCode, name: city?.name ?? cityCode },
    receiver: { code, name: partner.name },
    month,
  };
  return batchOf(head, lines);
}

/** A clearing goes by its own number and the partner's; anything else by the transfer's. */
async function linesOf(
  db: Database | Tx,
  accounts: readonly PartnerAccount[],
  period: Period,
): Promise<BatchLine[]> {
  const ids = JSON.stringify(accounts.map((account) => account.accountId));
  const rows = await db.execute<{
    number: string;
    reference: string | null;
    at: string;
    currency: BatchLine['currency'];
    direction: BatchLine['direction'];
    amount: string;
  }>(sql`
    select coalesce(c.id, e.transfer_id)::text as number, c.reference, e.at, a.currency, abs(e.amount)::text as amount,
      case when e.amount > 0 then 'out' else 'in' end as direction
    from (select jsonb_array_elements_text(${ids}::jsonb)::uuid as id) as w
    join accounts a on a.id = w.id
    join entries e on e.account_id = a.id
    left join clearings c on c.id = e.cause_id and c.transfer_id = e.transfer_id
    where e.transfer_id >= ${idFloor(period.from)}::uuid and e.transfer_id < ${idFloor(period.until)}::uuid
    order by e.transfer_id limit ${MOST_BATCH_LINES + 1}`);
  return rows.map((row) => ({
    number: row.number,
    otherNumber: row.reference,
    at: new Date(row.at).toISOString(),
    currency: row.currency,
    direction: row.direction,
    amount: Number(row.amount),
  }));
}

export interface BatchComparison {
  id: string;
  at: Date;
  by: string;
  month: string;
  digest: string;
  lines: number;
  agreed: number;
  differences: number;
}

const MOST_COMPARISONS = 24;

/** The files of a partner that were compared, newest first, the last 24, as the audit book keeps them. */
export async function comparisonsOf(db: Database | Tx, code: string): Promise<BatchComparison[]> {
  const rows = await db.execute<{
    id: string;
    at: string;
    by: string;
    detail: Pick<BatchComparison, 'month' | 'digest' | 'lines' | 'agreed' | 'differences'>;
  }>(sql`
    select a.id, a.at, coalesce(u.name, a.actor_id) as by, a.detail
    from audit a left join users u on u.id::text = a.actor_id
    where a.record_id = ${code} and a.action = 'partner.batch_compared'
    order by a.id desc limit ${MOST_COMPARISONS}`);
  return rows.map(({ id, at, by, detail: { month, digest, lines, agreed, differences } }) => ({
    id,
    at: new Date(at),
    by,
    month,
    digest,
    lines,
    agreed,
    differences,
  }));
}

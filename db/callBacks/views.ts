/** Whom a station is to call: elders with nobody to confirm for them, whose visit is over and not confirmed (S10). */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { inDivision } from '../connect/division.ts';
import type { Reach } from '../connect/reach.ts';
import { unseal } from '../connect/seal.ts';
import { maskName, maskPhone } from '../people/mask.ts';
import { currentPolicy } from '../services/policies.ts';
import type { CallOutcome } from './rules.ts';

export interface CallBack {
  /** The order's id. */
  id: string;
  orderNumber: string;
  serviceCode: string;
  elder: { id: string; name: string; phoneMasked: string };
  areaCode: string;
  startAt: Date;
  verifiedMinutes: number | null;
  /** When it settles by itself. */
  settlesAt: Date;
  attempts: number;
  lastOutcome: CallOutcome | null;
  lastAt: Date | null;
}

/** The last one of the page before. */
export interface CallBackCursor {
  settlesAt: Date;
  id: string;
}

const placed = { areaCode: sql`o.area_code`, districtCode: sql`o.district_code` };

/**
 * At most `limit` visits to call about now, those that settle soonest first: of elders who have neither an account of
 * their own nor a delegate who may act for them, less those that were called often enough, or not long ago.
 */
export async function callBacksDue(
  db: Database | Tx,
  reach: Reach,
  at: Date,
  limit: number,
  after: CallBackCursor | null,
): Promise<CallBack[]> {
  if (reach.kind !== 'area' && reach.kind !== 'all') return [];
  const { body } = await currentPolicy(db, 'orders', at);
  const { mostAttempts, againAfterMinutes } = body.callBacks;
  const instant = sql`${at.toISOString()}::timestamptz`;
  const rows = await db.execute<{
    id: string;
    number: string;
    service_code: string;
    elder_id: string;
    name: string;
    phone: Uint8Array | null;
    area_code: string;
    start_at: string;
    verified: number | null;
    due_at: string;
    attempts: number | null;
    outcome: CallOutcome | null;
    last_at: string | null;
  }>(sql`
    select o.id, o.number::text as number, o.service_code, o.elder_id, p.name, p.phone_sealed as phone, o.area_code, o.start_at,
      v.verified_minutes as verified, o.due_at, c.attempt as attempts, c.outcome, c.at as last_at
    from orders o
    join persons p on p.id = o.elder_id
    left join visits v on v.id = o.visit_id
    left join lateral (
      select attempt, outcome, at from call_attempts x where x.order_id = o.id order by attempt desc limit 1) as c on true
    where o.state = 'finished' and o.due_at is not null and ${reach.kind === 'area' ? inDivision(placed, reach.areaCode) : sql`true`}
      and not exists (select from users u where u.person_id = o.elder_id and u.closed_at is null)
      and not exists (select from mandates m where m.elder_id = o.elder_id and 'book' = any (m.scopes) and m.revoked_at is null
        and m.valid_from <= ${instant} and (m.valid_until is null or m.valid_until > ${instant}))
      and (c.attempt is null or c.attempt < ${mostAttempts} and c.outcome <> 'wrong_number'
        and c.at <= ${instant} - make_interval(mins => ${againAfterMinutes}))
      and ${after ? sql`(o.due_at, o.id) > (${after.settlesAt.toISOString()}::timestamptz, ${after.id}::uuid)` : sql`true`}
    order by o.due_at, o.id limit ${limit}`);
  return rows.map((row) => ({
    id: row.id,
    orderNumber: row.number,
    serviceCode: row.service_code,
    elder: {
      id: row.elder_id,
      name: maskName(row.name),
      phoneMasked: maskPhone(unseal(row.phone) ?? ''),
    },
    areaCode: row.area_code,
    startAt: new Date(row.start_at),
    verifiedMinutes: row.verified,
    settlesAt: new Date(row.due_at),
    attempts: row.attempts ?? 0,
    lastOutcome: row.outcome,
    lastAt: row.last_at ? new Date(row.last_at) : null,
  }));
}

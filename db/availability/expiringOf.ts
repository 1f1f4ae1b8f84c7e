/** Certificates that run out soon: those of this book, and the vocational ones that carers are registered with. */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';

export interface Expiring {
  /** The certificate, or the carer whose vocational one it is. */
  id: string;
  personId: string;
  holder: string;
  kind: string;
  validUntil: string;
  /** Days from the given one to its last. */
  days: number;
  providerId: string | null;
  stationId: string | null;
}

/**
 * Certificates of active helpers whose last day lies from `today` to `within` days later, by the last day and id after
 * `after`, at most `limit`. A certificate that another of its kind outlasts is left out.
 */
export function expiringOf(
  db: Database | Tx,
  today: string,
  within: number,
  limit: number,
  after: { validUntil: string; id: string },
): Promise<Expiring[]> {
  return db.execute<Expiring & Record<string, unknown>>(sql`
    select q.id, h.id as "personId", h.name as holder, q.kind, q.valid_until::text as "validUntil",
      q.valid_until - ${today}::date as days, c.provider_id as "providerId",
      case when c.person_id is null then v.station_id end as "stationId"
    from (
      select id, person_id, kind, valid_until from certificates x
      where revoked_at is null and valid_until between ${today}::date and ${today}::date + ${within}::int
        and not exists (select from certificates y where y.person_id = x.person_id and y.kind = x.kind
          and y.revoked_at is null and y.valid_until > x.valid_until)
      union all
      select person_id, person_id, 'vocational', certificate_until from carers
      where state = 'active' and certificate_until between ${today}::date and ${today}::date + ${within}::int) as q
    join persons h on h.id = q.person_id and h.closed_at is null
    left join carers c on c.person_id = h.id and c.state = 'active'
    left join volunteers v on v.person_id = h.id and v.state = 'active'
    where (c.person_id is not null or v.person_id is not null)
      and (q.valid_until, q.id) > (${after.validUntil}::date, ${after.id}::uuid)
    order by q.valid_until, q.id limit ${limit}`);
}

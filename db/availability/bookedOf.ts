/** Visits that somebody has promised in a time. */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';

export interface Booked {
  personId: string;
  orderId: string;
  visitId: string;
  number: number;
  serviceCode: string;
  startAt: Date;
  minutes: number;
  /** Begun already: it can only be ended. */
  isRunning: boolean;
}

/** Whose promises are looked for, when. */
export interface Span {
  personId: string;
  startAt: Date;
  endAt: Date;
}

/** No more than this are told of. */
const MOST = 500;

/** Promised visits of persons in spans, in the order of time. */
export async function bookedOf(db: Database | Tx, spans: readonly Span[]): Promise<Booked[]> {
  if (spans.length === 0) return [];
  const rows = await db.execute<Record<keyof Booked, unknown>>(sql`
    select c.person_id as "personId", c.order_id as "orderId", c.visit_id as "visitId", o.number, o.service_code as "serviceCode",
      lower(c.during) as "startAt", o.minutes, v.state <> 'planned' as "isRunning"
    from jsonb_to_recordset(${JSON.stringify(spans)}::jsonb) as s("personId" uuid, "startAt" timestamptz, "endAt" timestamptz)
    join commitments c on c.person_id = s."personId" and c.during && tstzrange(s."startAt", s."endAt")
    join visits v on v.id = c.visit_id join orders o on o.id = c.order_id
    order by c.during, c.order_id limit ${MOST}`);
  return rows.map((row) => ({
    ...(row as unknown as Booked),
    number: Number(row.number),
    startAt: new Date(row.startAt as string),
  }));
}

/** Beds of institutions: put into service, kept out of it for some nights, given up; and the one free bed for a stay. */
import { eq, sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { type BedKind, type Nights, rangeOf } from './rules.ts';
import { beds, bedUses } from './schema.ts';

export type BedRow = typeof beds.$inferSelect;

export interface NewBed {
  providerId: string;
  kind: BedKind;
  label: string;
  /** A night's price. */
  priceFen: number;
  serviceFrom: string;
}

/** Puts beds into service; refuses a label that the provider has already. */
export async function openBeds(tx: Tx, act: Act, items: readonly NewBed[]): Promise<BedRow[]> {
  const rows = items.map(
    (bed): BedRow => ({ ...bed, id: newId(act.at), serviceUntil: null, createdAt: act.at }),
  );
  await insertRows(tx, beds, rows);
  await writeAudit(
    tx,
    act,
    rows.map((bed) => ({
      action: 'bed.opened',
      recordId: bed.id,
      detail: { kind: bed.kind, label: bed.label },
    })),
  );
  return rows;
}

/** A provider's own bed, locked; refuses with `not_found`. */
export async function lockBed(tx: Tx, providerId: string, bedId: string): Promise<BedRow> {
  const [bed] = await tx.select().from(beds).where(eq(beds.id, bedId)).for('update');
  return bed?.providerId === providerId ? bed : refuse('not_found', 'id');
}

/** Keeps a bed out of service for some nights; refuses with `no_bed_free` nights for which somebody has it. */
export async function keepOut(
  tx: Tx,
  act: Act,
  item: { providerId: string; bedId: string; nights: Nights; reason: string },
): Promise<void> {
  const bed = await lockBed(tx, item.providerId, item.bedId);
  if (item.nights.last < item.nights.first) refuse('invalid', 'lastNight');
  await insertRows(tx, bedUses, [
    {
      id: newId(act.at),
      bedId: bed.id,
      use: 'maintenance',
      nights: rangeOf(item.nights),
      reason: item.reason,
    },
  ]);
  await writeAudit(tx, act, [
    { action: 'bed.kept_out', recordId: bed.id, reason: item.reason, detail: { ...item.nights } },
  ]);
}

/** Gives a bed up from a night on; refuses while somebody has it for that night or a later one. */
export async function giveUpBed(
  tx: Tx,
  act: Act,
  item: { providerId: string; bedId: string; from: string },
): Promise<BedRow> {
  const bed = await lockBed(tx, item.providerId, item.bedId);
  if (item.from <= bed.serviceFrom) refuse('invalid', 'from');
  const taken = await tx.execute(sql`
    select from bed_uses where bed_id = ${bed.id} and use = 'stay' and nights && daterange(${item.from}::date, null) limit 1`);
  if (taken.length > 0) refuse('no_bed_free', 'from');
  await tx.update(beds).set({ serviceUntil: item.from }).where(eq(beds.id, bed.id));
  await writeAudit(tx, act, [{ action: 'bed.given_up', recordId: bed.id, detail: { from: item.from } }]);
  return { ...bed, serviceUntil: item.from };
}

/** What a stay wants of a bed. */
export interface BedWish {
  kind: BedKind;
  nights: Nights;
  /** Null: any provider of the district, then any other. */
  providerId: string | null;
  districtCode: string;
}

/** Whether the provider `p` takes respite at all now. */
export const takesRespite = sql`p.state = 'active'`;

/** Whether the bed `b` of the provider `p` is in service for the nights and nobody has it. */
export const isFree = (nights: ReturnType<typeof sql>) => sql`b.service_from <= lower(${nights})
  and (b.service_until is null or b.service_until >= upper(${nights}))
  and not exists (select from bed_uses u where u.bed_id = b.id and u.nights && ${nights})`;

type Taken = { bed_id: string | null; provider_id: string; price_fen: number };

/**
 * Takes a free bed for a stay: one statement that picks and writes. Where somebody else takes the same bed at the same
 * time the exclusion constraint lets one of them have it, and the other looks again. Null when none is free.
 */
export async function takeBed(
  tx: Tx,
  stayId: string,
  wish: BedWish,
): Promise<{ bedId: string; providerId: string; priceFen: number } | null> {
  const nights = sql`${rangeOf(wish.nights)}::daterange`;
  for (;;) {
    const [found] = await tx.execute<Taken>(sql`
      with free as (
        select b.id, b.provider_id, b.price_fen from beds b join providers p on p.id = b.provider_id
        where b.kind = ${wish.kind} and (${wish.providerId}::uuid is null or b.provider_id = ${wish.providerId}::uuid)
          and ${takesRespite} and ${isFree(nights)}
        order by not ${wish.districtCode} = any (p.districts), md5(b.id::text || ${stayId}) limit 1 for share of b
      ), taken as (
        insert into bed_uses (id, bed_id, use, nights) select ${stayId}::uuid, free.id, 'stay', ${nights} from free
        on conflict do nothing returning bed_id
      )
      select taken.bed_id, free.provider_id, free.price_fen from free left join taken on true`);
    if (!found) return null;
    if (found.bed_id)
      return { bedId: found.bed_id, providerId: found.provider_id, priceFen: found.price_fen };
  }
}

/** Frees the beds of stays for all their nights. */
export async function freeBeds(tx: Tx, stayIds: readonly string[]): Promise<void> {
  await tx.execute(
    sql`delete from bed_uses where use = 'stay' and id = any (${`{${stayIds.join(',')}}`}::uuid[])`,
  );
}

/** Frees the bed of a stay that ended early for the nights that are left. */
export async function shortenUse(tx: Tx, stayId: string, slept: Nights): Promise<void> {
  await tx
    .update(bedUses)
    .set({ nights: rangeOf(slept) })
    .where(eq(bedUses.id, stayId));
}

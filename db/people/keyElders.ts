/**
 * Who is a key elder (T8) changes with a profile, and with time: somebody turns 80, or 60. Whoever is not marked as the
 * rule says is found in the whole city by one query and marked, in either direction; new key elders have their first
 * month at once.
 */
import { inArray, sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { type Entitled, grantMonth } from './grants.ts';
import { bornUntil, DISABLED_LEVEL, KEY_ELDER_AGE, NEEDY_KEY_ELDER_AGE, poorClasses } from './rules.ts';
import { elders } from './schema.ts';

/** Somebody whose mark is to change; `keyElder` is what the rule says. */
export type KeyElderChange = Entitled & { id: string };

/** The rule `isKeyElder` over the rows `e` of elders and `p` of persons. */
const isKeyElderRow = (at: Date) => sql`(e.living = 'alone' and (
  p.birth_date <= ${bornUntil(KEY_ELDER_AGE, at)}::date
  or p.birth_date <= ${bornUntil(NEEDY_KEY_ELDER_AGE, at)}::date and e.ability_level >= ${DISABLED_LEVEL}
    and e.subsidy_class in (${sql.join(
      [...poorClasses].map((one) => sql`${one}`),
      sql`, `,
    )})))`;

/** Living elders who are not marked as the rule says on this day, by id after `after`, at most `limit`, locked. */
export async function keyEldersDue(
  tx: Tx,
  at: Date,
  limit: number,
  after: string | null,
): Promise<KeyElderChange[]> {
  const rows = await tx.execute<{
    person_id: string;
    subsidy_class: Entitled['subsidyClass'];
    is_key: boolean;
  }>(sql`
    select e.person_id, e.subsidy_class, not e.key_elder as is_key
    from elders e join persons p on p.id = e.person_id
    where p.closed_at is null and e.person_id > ${after ?? '00000000-0000-0000-0000-000000000000'}::uuid
      and e.key_elder <> ${isKeyElderRow(at)}
    order by e.person_id limit ${limit}
    for update of e skip locked`);
  return rows.map((row) => ({
    id: row.person_id,
    personId: row.person_id,
    keyElder: row.is_key,
    subsidyClass: row.subsidy_class,
  }));
}

/** Marks elders as the rule says, and grants the first month to those who become key elders. */
export async function markKeyElders(
  tx: Tx,
  act: Act,
  changes: readonly Entitled[],
  reason: string,
): Promise<void> {
  for (const keyElder of [true, false]) {
    const ids = changes.filter((one) => one.keyElder === keyElder).map((one) => one.personId);
    if (ids.length > 0) await tx.update(elders).set({ keyElder }).where(inArray(elders.personId, ids));
  }
  await writeAudit(
    tx,
    act,
    changes.map(({ personId, keyElder }) => ({
      action: keyElder ? 'elder.key_elder' : 'elder.no_key_elder',
      personId,
      reason,
    })),
  );
  await grantMonth(
    tx,
    act,
    changes.filter((one) => one.keyElder),
  );
}

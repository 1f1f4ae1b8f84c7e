/** A person as the holder of accounts, for the desk that acts on their behalf: masked, and the look is recorded. */
import { sql } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { maskName } from '../people/mask.ts';
import { ageOn } from '../people/rules.ts';
import { type AccountBalance, balancesOf } from './balances.ts';
import { recordReading } from './withinReach.ts';

export interface Holder {
  personId: string;
  /** Masked. */
  name: string;
  age: number;
  isElder: boolean;
  isVolunteer: boolean;
  /** Dead or moved away. */
  closed: boolean;
  accounts: AccountBalance[];
}

/** Whose accounts they are and what these hold; refuses with `not_found` a person out of the area. */
export async function holderOf(tx: Database | Tx, act: Act, reach: Reach, personId: string): Promise<Holder> {
  const below = reach.kind === 'area' ? `${reach.areaCode}%` : reach.kind === 'all' ? '%' : null;
  if (below === null) refuse('not_found', 'id');
  const [row] = await tx.execute<{
    name: string;
    birth_date: string;
    is_elder: boolean;
    is_volunteer: boolean;
    closed: boolean;
  }>(sql`
    select p.name, p.birth_date::text as birth_date, p.closed_at is not null as closed,
      exists (select from elders e where e.person_id = p.id) as is_elder,
      exists (select from volunteers v where v.person_id = p.id) as is_volunteer
    from persons p where p.id = ${personId}::uuid and p.area_code like ${below}`);
  if (!row) refuse('not_found', 'id');
  await recordReading(tx, act, [personId], personId);
  return {
    personId,
    name: maskName(row.name),
    age: ageOn(row.birth_date, act.at),
    isElder: row.is_elder,
    isVolunteer: row.is_volunteer,
    closed: row.closed,
    accounts: await balancesOf(tx, personId),
  };
}

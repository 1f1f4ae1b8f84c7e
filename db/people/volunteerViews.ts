/** Volunteers as their station sees them, and the station's review (two levels: station, then platform). */
import { and, asc, eq, gt, like } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { unseal } from '../connect/seal.ts';
import { maskPhone } from './mask.ts';
import { ageOn } from './rules.ts';
import { persons, volunteers } from './schema.ts';

export const volunteerStates = ['applied', 'station_approved', 'active', 'suspended', 'refused'] as const;
export type VolunteerState = (typeof volunteerStates)[number];

export interface VolunteerView {
  personId: string;
  name: string;
  age: number;
  gender: 'female' | 'male';
  areaCode: string;
  phoneMasked: string;
  state: VolunteerState;
  services: string[];
  /** Of the backup pool, which is asked once the others could not. */
  backup: boolean;
  joinedAt: Date;
}

const LEAST_REASON = 4;

const select = (db: Database | Tx) =>
  db
    .select({ person: persons, volunteer: volunteers })
    .from(volunteers)
    .innerJoin(persons, eq(persons.id, volunteers.personId));

const within = (reach: Reach, stationId: string | null) =>
  and(
    stationId ? eq(volunteers.stationId, stationId) : undefined,
    !stationId && reach.kind === 'area' ? like(persons.areaCode, `${reach.areaCode}%`) : undefined,
  );

function view({ person, volunteer }: Awaited<ReturnType<typeof select>>[number], at: Date): VolunteerView {
  return {
    personId: person.id,
    name: person.name,
    age: ageOn(person.birthDate, at),
    gender: person.gender,
    areaCode: person.areaCode,
    phoneMasked: maskPhone(unseal(person.phoneSealed) ?? ''),
    state: volunteer.state,
    services: volunteer.services,
    backup: volunteer.backup,
    joinedAt: volunteer.joinedAt,
  };
}

/** Volunteers of a station, or of a division where the caller has no station, by id, at most `limit`. */
export async function listVolunteers(
  db: Database | Tx,
  reach: Reach,
  stationId: string | null,
  state: VolunteerState | null,
  at: Date,
  limit: number,
  after: string | null,
): Promise<VolunteerView[]> {
  const rows = await select(db)
    .where(
      and(
        within(reach, stationId),
        state ? eq(volunteers.state, state) : undefined,
        after ? gt(volunteers.personId, after) : undefined,
      ),
    )
    .orderBy(asc(volunteers.personId))
    .limit(limit);
  return rows.map((row) => view(row, at));
}

/**
 * The station's decision on somebody who applied: approved, they may be asked at once, or refused, with a reason of
 * at least 4 characters. Refuses one who has been decided on already.
 */
export async function reviewVolunteer(
  tx: Tx,
  act: Act,
  reach: Reach,
  stationId: string | null,
  review: { personId: string; decision: 'approve' | 'refuse'; reason: string },
): Promise<VolunteerView> {
  if (review.reason.trim().length < LEAST_REASON) refuse('reason_needed', 'reason', { min: LEAST_REASON });
  const [row] = await select(tx)
    .where(and(eq(volunteers.personId, review.personId), within(reach, stationId)))
    .for('update', { of: volunteers });
  if (!row) refuse('not_found', 'id');
  if (row.volunteer.state !== 'applied') refuse('already_done', 'state', { state: row.volunteer.state });
  const state = review.decision === 'approve' ? 'active' : 'refused';
  await tx.update(volunteers).set({ state }).where(eq(volunteers.personId, review.personId));
  await writeAudit(tx, act, [
    { action: `volunteer.${state}`, personId: review.personId, reason: review.reason.trim() },
  ]);
  return view({ person: row.person, volunteer: { ...row.volunteer, state } }, act.at);
}

/** Takes a station's volunteer into the backup pool (S4), or out of it. */
export async function setBackup(
  tx: Tx,
  act: Act,
  reach: Reach,
  stationId: string | null,
  wish: { personId: string; isBackup: boolean },
): Promise<VolunteerView> {
  const [row] = await select(tx)
    .where(and(eq(volunteers.personId, wish.personId), within(reach, stationId)))
    .for('update', { of: volunteers });
  if (!row) refuse('not_found', 'id');
  await tx.update(volunteers).set({ backup: wish.isBackup }).where(eq(volunteers.personId, wish.personId));
  await writeAudit(tx, act, [
    { action: 'volunteer.backup', personId: wish.personId, detail: { backup: wish.isBackup } },
  ]);
  return view({ person: row.person, volunteer: { ...row.volunteer, backup: wish.isBackup } }, act.at);
}

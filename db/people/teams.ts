/**
 * 团体志愿者: groups whose members earn for the group. A member's visits are paid to the team's account, whose hours can
 * only be donated (T6). A volunteer is in one team at most.
 */
import { and, eq, inArray, like } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type AccountName, openAccounts } from '../bank/post.ts';
import { type Act, refuse } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import type { Reach } from '../connect/reach.ts';
import { persons, teams, volunteers } from './schema.ts';

export interface TeamInput {
  id?: string;
  name: string;
  /** A volunteer; need not be a member. */
  leaderId: string;
  stationId: string;
}

const accountOf = (teamId: string): AccountName => ({ ownerId: teamId, kind: 'team', currency: 'min' });

/** Registers teams and opens their accounts; returns the ids in the order given. Refuses a leader who is no volunteer. */
export async function registerTeams(tx: Tx, act: Act, items: readonly TeamInput[]): Promise<string[]> {
  if (items.length === 0) return [];
  const leaders = await tx
    .select({ id: volunteers.personId })
    .from(volunteers)
    .where(
      inArray(
        volunteers.personId,
        items.map((item) => item.leaderId),
      ),
    );
  const known = new Set(leaders.map((row) => row.id));
  if (items.some((item) => !known.has(item.leaderId))) refuse('not_found', 'leaderId');
  const rows = items.map(({ id, ...item }) => ({ ...item, id: id ?? newId(act.at), createdAt: act.at }));
  await tx.insert(teams).values(rows);
  await openAccounts(
    tx,
    act,
    rows.map((row) => accountOf(row.id)),
  );
  await writeAudit(
    tx,
    act,
    rows.map((row) => ({ action: 'team.registered', personId: row.leaderId, recordId: row.id })),
  );
  return rows.map((row) => row.id);
}

export interface Membership {
  teamId: string;
  personId: string;
}

/** The volunteer within reach, locked; refuses with `not_found`. */
async function lockVolunteer(tx: Tx, reach: Reach, personId: string) {
  const within =
    reach.kind === 'all' ? undefined : reach.kind === 'area' && like(persons.areaCode, `${reach.areaCode}%`);
  const [row] =
    within === false
      ? []
      : await tx
          .select({ teamId: volunteers.teamId, state: volunteers.state })
          .from(volunteers)
          .innerJoin(persons, eq(persons.id, volunteers.personId))
          .where(and(eq(volunteers.personId, personId), within))
          .for('update', { of: volunteers });
  return row ?? refuse('not_found', 'personId');
}

async function expectTeam(tx: Tx, teamId: string): Promise<void> {
  const [team] = await tx.select({ id: teams.id }).from(teams).where(eq(teams.id, teamId));
  if (!team) refuse('not_found', 'id');
}

/** From now on the volunteer earns for the team. Refuses somebody who is in a team, and who was refused or suspended. */
export async function joinTeam(
  tx: Tx,
  act: Act,
  reach: Reach,
  { teamId, personId }: Membership,
): Promise<void> {
  await expectTeam(tx, teamId);
  const volunteer = await lockVolunteer(tx, reach, personId);
  if (volunteer.teamId) refuse('already_done', 'personId');
  if (volunteer.state === 'refused' || volunteer.state === 'suspended') refuse('person_unable', 'personId');
  await tx.update(volunteers).set({ teamId }).where(eq(volunteers.personId, personId));
  await writeAudit(tx, act, [{ action: 'team.joined', personId, recordId: teamId }]);
}

/** From now on the volunteer earns for himself again; what the team has stays the team's. */
export async function leaveTeam(
  tx: Tx,
  act: Act,
  reach: Reach,
  { teamId, personId }: Membership,
): Promise<void> {
  await expectTeam(tx, teamId);
  const volunteer = await lockVolunteer(tx, reach, personId);
  if (volunteer.teamId !== teamId) refuse('already_done', 'personId');
  await tx.update(volunteers).set({ teamId: null }).where(eq(volunteers.personId, personId));
  await writeAudit(tx, act, [{ action: 'team.left', personId, recordId: teamId }]);
}

/** The account to which a person's visits are paid: of the team, where the person is in one, else the person's own. */
export async function creditOwnersOf(
  tx: Tx,
  personIds: readonly string[],
): Promise<Map<string, AccountName>> {
  const ids = [...new Set(personIds)];
  if (ids.length === 0) return new Map();
  const rows = await tx
    .select({ personId: volunteers.personId, teamId: volunteers.teamId })
    .from(volunteers)
    .where(anyOf(volunteers.personId, ids));
  const teamOf = new Map(rows.map((row) => [row.personId, row.teamId]));
  return new Map(
    ids.map((id) => {
      const teamId = teamOf.get(id);
      return [id, teamId ? accountOf(teamId) : { ownerId: id, kind: 'personal', currency: 'min' }];
    }),
  );
}

/** Movements of the test city's people, so that their hours have something to show. */
import { writeAudit } from '../../../db/audit/audit.ts';
import { accountKey, cityCode, openAccounts, post } from '../../../db/bank/post.ts';
import type { Act } from '../../../db/connect/act.ts';
import { newId } from '../../../db/connect/ids.ts';
import { ensurePartitions } from '../../../db/connect/partitions.ts';
import type { KinRelation, KinshipState } from '../../../db/people/rules.ts';
import { registerTeams } from '../../../db/people/teams.ts';
import { sealing } from '../../../worker/tasks/sealing.ts';
import { DISTRICT, ids } from '../../api/support/city.ts';
import type { Front } from '../../api/support/front.ts';

const DAY_MS = 86_400_000;

type City = Pick<Front, 'database' | 'act'>;

/** The accounts by short names. */
export interface Accounts {
  fund: string;
  pool: string;
  elder: string;
  volunteer: string;
}

/** Writes a relation as a station would have it: `relative` is the `relation` of `person`. */
export async function relate(
  city: City,
  person: string,
  relation: KinRelation,
  relative: string,
  state: KinshipState = 'verified',
): Promise<string> {
  const id = newId();
  const decided = state === 'asked' ? null : 'test:desk';
  await city.database.sql`
    insert into kinships (id, person_id, relative_id, relation, state, document, asked_by, asked_at, decided_by, decided_at)
    values (${id}, ${person}, ${relative}, ${relation}, ${state}, 'household_register', 'test:asker', now(),
      ${decided}, ${decided ? city.database.sql`now()` : null})`;
  return id;
}

/**
 * The elder begins with 20 hours and the volunteer with 100, both from the old books of the month before last; since
 * then the volunteer has donated two hours and the elder has been given one.
 */
export async function fillHours(city: City): Promise<Accounts> {
  const now = new Date();
  const long = new Date(now.getTime() - 45 * DAY_MS);
  await ensurePartitions(city.database.db, long, now);
  const owners = {
    fund: { ownerId: cityCode, kind: 'issuance', currency: 'min' },
    pool: { ownerId: DISTRICT, kind: 'pool', currency: 'min' },
    elder: { ownerId: ids.elder, kind: 'personal', currency: 'min' },
    volunteer: { ownerId: ids.volunteer, kind: 'personal', currency: 'min' },
  } as const;
  const act = (at: Date): Act => ({ actorId: 'test:books', role: 'system', onBehalfOf: null, at });
  const opened = await city.act((tx) => openAccounts(tx, act(long), Object.values(owners)));
  const of = (name: keyof typeof owners) => opened.get(accountKey(owners[name])) as string;
  const accounts = { fund: of('fund'), pool: of('pool'), elder: of('elder'), volunteer: of('volunteer') };
  const move = async (
    at: Date,
    from: string,
    to: string,
    amount: number,
    cause: 'import' | 'donation' | 'gift',
    words?: string,
  ) =>
    city.act(async (tx) => {
      const item = { debit: from, credit: to, amount, cause, currency: 'min', key: newId() } as const;
      const [id] = await post(tx, act(at), [item]);
      if (words && id)
        await writeAudit(tx, act(at), [{ action: 'ledger.words', recordId: id, reason: words }]);
    });
  await relate(city, ids.elder, 'child', ids.volunteer);
  await relate(city, ids.elder, 'child', ids.family);
  await move(long, accounts.fund, accounts.elder, 20 * 60, 'import');
  await move(long, accounts.fund, accounts.volunteer, 100 * 60, 'import');
  await move(now, accounts.volunteer, accounts.pool, 120, 'donation', '给独居的老人');
  await move(now, accounts.volunteer, accounts.elder, 60, 'gift', '妈，找人陪您去公园走走');
  return accounts;
}

/** A team that this volunteer leads, with ten hours. */
export async function leadTeam(city: City, fund: string, leaderId: string): Promise<string> {
  const team = { id: newId(), name: '钟山大学志愿队', leaderId, stationId: ids.station };
  await city.act(async (tx, act) => {
    await registerTeams(tx, act, [team]);
    const name = { ownerId: team.id, kind: 'team', currency: 'min' } as const;
    const credit = (await openAccounts(tx, act, [name])).get(accountKey(name)) as string;
    const amount = 600;
    await post(tx, act, [{ debit: fund, credit, amount, currency: 'min', cause: 'import', key: newId() }]);
  });
  return team.id;
}

/** Seals what was posted, as the worker does each minute. */
export async function sealHours({ context }: Pick<Front, 'context'>): Promise<void> {
  await sealing({ db: context.db, log: context.log, at: new Date() });
}

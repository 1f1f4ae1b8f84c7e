/**
 * A real city begins with its divisions, the first policies, the accounts of the bank, and one administrator. A city
 * that has begun stays as it is, but for the policies that the product has learnt since.
 */
import { randomBytes } from 'node:crypto';
import { openCityAccounts } from '../../db/bank/post.ts';
import { type Act, perform } from '../../db/connect/act.ts';
import type { Config } from '../../db/connect/config.ts';
import { openDatabase } from '../../db/connect/database.ts';
import { useDataKey } from '../../db/connect/seal.ts';
import { areasBelow, loadAreas } from '../../db/people/areas.ts';
import { nanjingAreas } from '../../db/people/divisions.ts';
import { openUsers } from '../../db/people/openUsers.ts';
import { hashPassword } from '../../db/people/password.ts';
import type { PolicyKind } from '../../db/services/kinds.ts';
import { publishLaterPolicies, publishPolicies } from '../../db/services/policies.ts';

export interface FirstAccount {
  username: string;
  /** Shown once; only its hash is kept. */
  password: string;
}

/** Lays the ground of a city whose books are empty; null when it has begun before. */
export async function openCity(config: Config): Promise<FirstAccount | null> {
  useDataKey(config.dataKey);
  const open = openDatabase(config, 'huzhu start');
  const first = { username: 'admin', password: randomBytes(12).toString('base64url') };
  const passwordHash = await hashPassword(first.password);
  const act: Act = { actorId: 'start', role: 'system', onBehalfOf: null, at: new Date() };
  try {
    const outcome = await perform(open.db, act, async (tx) => {
      if ((await areasBelow(tx, null)).length > 0) return null;
      const areas = nanjingAreas();
      await loadAreas(tx, areas);
      await publishPolicies(tx, act, act.at);
      await openCityAccounts(
        tx,
        act,
        areas.filter((area) => area.level === 'district').map((area) => area.code),
      );
      const opened = await openUsers(tx, act, [
        { username: first.username, name: '系统管理员', role: 'admin', passwordHash },
      ]);
      return opened.has(first.username) ? first : null;
    });
    if (!outcome.ok) throw new Error(`the city could not be opened: ${outcome.refusal.code}`);
    return outcome.value;
  } finally {
    await open.close();
  }
}

/** Publishes what a city that has begun has no policy of yet; returns which kinds. Several starts at once do it once. */
export async function learnPolicies(config: Config): Promise<PolicyKind[]> {
  const open = openDatabase({ ...config, databasePool: 2 }, 'huzhu start');
  const act: Act = { actorId: 'system', role: 'system', onBehalfOf: null, at: new Date() };
  try {
    return await open.db.transaction((tx) => publishLaterPolicies(tx, act));
  } finally {
    await open.close();
  }
}

/** A freeze stops what leaves a person's accounts while something is cleared up; corrections and closings go on. */
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { record } from '../events/events.ts';
import { balancesOf } from './balances.ts';
import { freezeAccounts, thawAccounts } from './post.ts';

/** Stops or allows what leaves a person's accounts; the reason is recorded and the person hears of it. Returns how many. */
export async function freezePerson(
  tx: Tx,
  act: Act,
  personId: string,
  isFrozen: boolean,
  reason: string,
): Promise<number> {
  const accounts = (await balancesOf(tx, personId)).filter(
    (one) => one.kind !== 'receivable' && one.frozen !== isFrozen,
  );
  if (accounts.length === 0) refuse('already_done', 'personId');
  const ids = accounts.map((one) => one.id);
  if (isFrozen) await freezeAccounts(tx, act, ids);
  else await thawAccounts(tx, ids);
  const action = isFrozen ? 'account.frozen' : 'account.thawed';
  await writeAudit(tx, act, [{ action, personId, recordId: personId, reason }]);
  await record(tx, act, [{ kind: 'account', recordId: personId, personIds: [personId] }]);
  return accounts.length;
}

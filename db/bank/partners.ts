/** Partner cities (C14): opened once, each with a clearing account a currency, and a limit on what it may owe this city. */
import { eq } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { partners } from './clearing.schema.ts';
import { accountKey, cityCode, limitAccount, openAccounts } from './post.ts';
import { currencies } from './rules.ts';

export interface Limits {
  /** How much it may owe this city. */
  limitMinutes: number;
  limitFen: number;
}

export interface NewPartner extends Limits {
  /** Division code of the city, 4 digits. */
  code: string;
  name: string;
}

/** Opens a partner city with its clearing accounts; refuses with `already_done` one there is, and this city itself. */
export async function openPartner(tx: Tx, act: Act, partner: NewPartner): Promise<void> {
  if (partner.code === cityCode) refuse('invalid', 'code');
  const made = await tx
    .insert(partners)
    .values({ ...partner, openedAt: act.at })
    .onConflictDoNothing()
    .returning({ code: partners.code });
  if (made.length === 0) refuse('already_done', 'code');
  await limit(tx, act, partner.code, partner);
  const { code, name, ...limits } = partner;
  await writeAudit(tx, act, [
    { action: 'partner.opened', recordId: code, reason: name, detail: { ...limits } },
  ]);
}

/** Changes what a partner may owe; refuses with `over_limit` where it owes more already. */
export async function limitPartner(
  tx: Tx,
  act: Act,
  code: string,
  limits: Limits,
  reason: string,
): Promise<void> {
  const { limitMinutes, limitFen } = limits;
  const changed = await tx
    .update(partners)
    .set({ limitMinutes, limitFen })
    .where(eq(partners.code, code))
    .returning({ code: partners.code });
  if (changed.length === 0) refuse('not_found', 'code');
  await limit(tx, act, code, limits);
  await writeAudit(tx, act, [
    { action: 'partner.limited', recordId: code, reason, detail: { limitMinutes, limitFen } },
  ]);
}

async function limit(tx: Tx, act: Act, ownerId: string, limits: Limits): Promise<void> {
  const names = currencies.map((currency) => ({ ownerId, kind: 'clearing', currency }) as const);
  const accounts = await openAccounts(tx, act, names);
  for (const name of names) {
    const most = name.currency === 'min' ? limits.limitMinutes : limits.limitFen;
    await limitAccount(tx, accounts.get(accountKey(name)) as string, most);
  }
}

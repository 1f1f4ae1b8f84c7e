/** Opening accounts to sign in with: for the demo city, imports and administrators alike. */
import { writeAudit } from '../audit/audit.ts';
import type { Act, Role } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { digest } from '../connect/seal.ts';
import { credentials, users } from './signin.schema.ts';

export interface UserInput {
  id?: string;
  /** 3–40 of a–z, 0–9, `_`, `.`, `-`. */
  username: string;
  name: string;
  role: Role;
  /** From `hashPassword`; without one the account signs in by telephone only. */
  passwordHash: string | null;
  /** A mainland mobile number; kept as a digest only. */
  phone?: string | null;
  personId?: string | null;
  providerId?: string | null;
  stationId?: string | null;
  /** The division a member of staff works for. */
  areaCode?: string | null;
  language?: 'zh-CN' | 'en';
}

const ROWS_AT_ONCE = 500;

/**
 * Opens accounts; a user name or telephone number that is taken keeps its account. Returns the ids of the new ones
 * by user name.
 */
export async function openUsers(tx: Tx, act: Act, items: readonly UserInput[]): Promise<Map<string, string>> {
  const opened = new Map<string, string>();
  for (let i = 0; i < items.length; i += ROWS_AT_ONCE) {
    const part = items.slice(i, i + ROWS_AT_ONCE);
    const made = await tx
      .insert(users)
      .values(
        part.map(({ passwordHash: _, phone, id, ...user }) => ({
          ...user,
          id: id ?? newId(act.at),
          displayUsername: user.username,
          email: `${user.username}@sign-in.invalid`,
          phoneNumber: phone ? digest('phone', phone).toString('hex') : null,
          phoneNumberVerified: Boolean(phone),
          createdAt: act.at,
          updatedAt: act.at,
        })),
      )
      .onConflictDoNothing()
      .returning({ id: users.id, username: users.username });
    for (const user of made) opened.set(user.username, user.id);
    const secrets = part.flatMap(({ username, passwordHash }) => {
      const userId = opened.get(username);
      return userId && passwordHash
        ? [
            {
              id: newId(act.at),
              userId,
              accountId: userId,
              providerId: 'credential',
              password: passwordHash,
              createdAt: act.at,
              updatedAt: act.at,
            },
          ]
        : [];
    });
    if (secrets.length > 0) await tx.insert(credentials).values(secrets);
    await writeAudit(
      tx,
      act,
      made.map((user) => ({ action: 'user.opened', recordId: user.id })),
    );
  }
  return opened;
}

/**
 * Certificates of donation (T4, T6). The number says the day and is derived from the transfer: the second of the day and
 * 33 bits of a digest of its key, so that whoever holds the number can have it checked and nobody can guess one.
 */
import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { idFloor } from '../connect/ids.ts';
import type { Reach } from '../connect/reach.ts';
import { keyMs } from './history.ts';
import type { AccountKind } from './rules.ts';
import { nameShown, ownerNames } from './statementLines.ts';
import { expectAccount } from './withinReach.ts';

const CITY_LETTERS = 'NJ';
const SHANGHAI_MS = 8 * 3_600_000;
const DAY_SECONDS = 86_400;
/** Crockford's base 32: no letter that is taken for a digit. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const DIGEST_BITS = 33n;
const CODE_LENGTH = 10;

/** `NJ-20261124-7K3M9-QD2XA`, of a transfer's key. */
export function certificateNumber(transferId: string): string {
  const local = Math.floor((keyMs(transferId) + SHANGHAI_MS) / 1000);
  const digest = createHash('sha256').update(`certificate:${transferId}`).digest().readBigUInt64BE();
  let bits = (BigInt(local % DAY_SECONDS) << DIGEST_BITS) | (digest >> (64n - DIGEST_BITS));
  let code = '';
  for (let n = 0; n < CODE_LENGTH; n++) {
    code = LETTERS[Number(bits & 31n)] + code;
    bits >>= 5n;
  }
  const day = new Date(local * 1000).toISOString().slice(0, 10).replaceAll('-', '');
  return `${CITY_LETTERS}-${day}-${code.slice(0, 5)}-${code.slice(5)}`;
}

/** The number as it is written, of what a person typed: any case, with or without dashes; null where it is none. */
export function tidyNumber(typed: string): string | null {
  const plain = typed.toUpperCase().replace(/[\s-]/g, '');
  const [, day, code] = /^NJ(\d{8})([0-9A-Z]{10})$/.exec(plain) ?? [];
  if (!day || !code) return null;
  const clean = code.replaceAll('O', '0').replace(/[IL]/g, '1');
  return `${CITY_LETTERS}-${day}-${clean.slice(0, 5)}-${clean.slice(5)}`;
}

/** The second in which a donation of this number was posted; null where there is no such second. */
function secondOf(number: string): Date | null {
  const [, day = '', ...parts] = number.split('-');
  let bits = 0n;
  for (const letter of parts.join('')) bits = bits * 32n + BigInt(Math.max(0, LETTERS.indexOf(letter)));
  const seconds = Number(bits >> DIGEST_BITS);
  const midnight = Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00Z`);
  if (Number.isNaN(midnight) || seconds >= DAY_SECONDS) return null;
  return new Date(midnight - SHANGHAI_MS + seconds * 1000);
}

export interface Certificate {
  transferId: string;
  number: string;
  /** Masked, but for the donor. */
  name: string;
  minutes: number;
  at: Date;
  /** The owner of the pool: a division, or `key-elders`, which has no name. */
  poolCode: string;
  poolName: string | null;
  /** What passed the cap (T4). */
  overflow: boolean;
  /** The donation was a mistake and has been taken back (T9). */
  reversed: boolean;
  /** It is in the tree, so it has a receipt (T12). */
  sealed: boolean;
}

/** The certificate of a donation as its donor or a masked reader sees it; null for any other transfer. */
async function certificateOf(
  db: Database | Tx,
  transferId: string,
  isDonor: boolean,
): Promise<Certificate | null> {
  const [row] = await db.execute<{
    donor: string | null;
    kind: AccountKind;
    pool: string | null;
    pool_code: string;
    amount: string;
    at: string;
    overflow: boolean;
    reversed: boolean;
    sealed: boolean;
  }>(sql`
    select d.name as donor, d.kind, p.name as pool, p.owner_id as pool_code, t.amount::text as amount, t.at,
      t.idempotency_key like 'overflow:%' as overflow,
      exists (select from reversals r where r.transfer_id = t.id and r.state = 'done') as reversed,
      exists (select from tree_leaves l where l.transfer_id = t.id) as sealed
    from transfers t
    cross join lateral (${ownerNames(sql`select kind, owner_id from accounts where id = t.debit_account_id`)}) as d
    cross join lateral (${ownerNames(sql`select kind, owner_id from accounts where id = t.credit_account_id`)}) as p
    where t.id = ${transferId}::uuid and t.cause = 'donation'`);
  if (!row) return null;
  return {
    transferId,
    number: certificateNumber(transferId),
    name: nameShown(row.kind, row.donor, isDonor) ?? '',
    minutes: Number(row.amount),
    at: new Date(row.at),
    poolCode: row.pool_code,
    poolName: row.pool,
    overflow: row.overflow,
    reversed: row.reversed,
    sealed: row.sealed,
  };
}

/** The certificate of a donation for who may see its donor's account; refuses with `not_found` any other transfer. */
export async function certificateFor(
  tx: Database | Tx,
  act: Act,
  reach: Reach,
  transferId: string,
): Promise<Certificate> {
  const [row] = await tx.execute<{ id: string }>(sql`
    select debit_account_id as id from transfers where id = ${transferId}::uuid and cause = 'donation'`);
  if (!row) refuse('not_found', 'id');
  await expectAccount(tx, act, reach, row.id);
  return (await certificateOf(tx, transferId, reach.kind === 'elders')) ?? refuse('not_found', 'id');
}

/** What anybody may learn of a certificate by its number; null where there is none. */
export async function certificateByNumber(
  db: Database,
  number: string,
): Promise<Pick<Certificate, 'number' | 'name' | 'minutes' | 'at' | 'reversed'> | null> {
  const second = secondOf(number);
  if (!second) return null;
  const rows = await db.execute<{ id: string }>(sql`
    select id from transfers
    where id >= ${idFloor(second)}::uuid and id < ${idFloor(new Date(second.getTime() + 1000))}::uuid and cause = 'donation'`);
  const found = rows.find(({ id }) => certificateNumber(id) === number);
  const certificate = found && (await certificateOf(db, found.id, false));
  if (!certificate) return null;
  const { name, minutes, at, reversed } = certificate;
  return { number, name, minutes, at, reversed };
}

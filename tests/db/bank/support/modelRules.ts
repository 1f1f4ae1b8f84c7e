/** What may go from which account to which, as simply as it can be said (T2–T6). */
import { isSharded } from '../../../../db/bank/rules.ts';
import type { RefusalCode } from '../../../../db/connect/act.ts';
import { circleAccounts, type Label } from './circle.ts';
import type { Move } from './commands.ts';

/** `HZ003` is what the database says to a mixture of currencies: no refusal, for no caller may try. */
export type Answer = 'done' | RefusalCode | 'HZ003';

export interface Account {
  balance: number;
  held: number;
  floor: number | null;
  isFrozen: boolean;
  isClosed: boolean;
}

const allowed: Record<string, string> = {
  grant: 'issuance>grant',
  lapse: 'grant>issuance',
  gift: 'personal>personal',
  donation: 'personal>pool team>pool',
  settlement:
    'personal>clearing pool>clearing provider>clearing clearing>personal clearing>pool clearing>provider',
  import: 'issuance>personal issuance>team issuance>pool issuance>grant',
  closing: 'personal>personal personal>pool team>pool grant>issuance',
  recovery: 'personal>receivable team>receivable provider>receivable',
  receivable: 'receivable>personal receivable>team receivable>grant receivable>suspense',
  dispute: ['personal', 'grant', 'pool']
    .flatMap((kind) => [`${kind}>suspense`, `suspense>${kind}`])
    .join(' '),
  visit: ['personal', 'grant', 'pool']
    .flatMap((debit) => ['personal', 'team', 'provider', 'clearing'].map((credit) => `${debit}>${credit}`))
    .join(' '),
};

export const kindOf = (label: Label) => circleAccounts[label].kind;
export const ownerOf = (label: Label) => circleAccounts[label].owner;
export const currencyOf = (label: Label) => circleAccounts[label].currency;
const isAllowed = ({ cause, debit, credit }: Move): boolean =>
  cause === 'reversal' || (allowed[cause] ?? '').split(' ').includes(`${kindOf(debit)}>${kindOf(credit)}`);
/** Of a sharded account only what it has at the moment can leave it, not what comes in with the same posting. */
export const isSpread = (label: Label): boolean => isSharded(kindOf(label)) && kindOf(label) !== 'issuance';

/** What is wrong with a transfer, whatever the accounts hold. */
export function wrongWith(move: Move, debit: Account, credit: Account): Answer[] {
  if (move.amount <= 0 || move.debit === move.credit) return ['invalid'];
  if ([move.debit, move.credit].some((label) => circleAccounts[label].currency !== move.currency))
    return ['HZ003'];
  if (debit.isClosed || credit.isClosed) return ['account_closed'];
  if (debit.isFrozen && !['reversal', 'receivable', 'lapse', 'closing', 'dispute'].includes(move.cause))
    return ['account_frozen'];
  return isAllowed(move) ? [] : ['not_transferable'];
}

/** T4: what a deposit lifts an account over its cap, given on to the pool; `balance` is what it has before. */
export function overCap(move: Move, balance: number, cap: number): Move[] {
  if (balance + move.amount <= cap) return [];
  const amount = Math.max(0, balance + move.amount - cap) - Math.max(0, balance - cap);
  return [
    { ...move, debit: move.credit, credit: 'pool', cause: 'donation', amount, key: `overflow:${move.key}` },
  ];
}

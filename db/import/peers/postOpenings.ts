/**
 * Posting what members bring: one `import` transfer each, out of the city's fund. What lifts an account over the cap
 * goes to the pool of the person's district in the same transaction (T4); a debt that the pool takes over it pays back
 * to the fund. Keys make it happen once, whatever is repeated.
 */
import { writeAudit } from '../../audit/audit.ts';
import { type AccountName, accountKey, cityCode, openAccounts, type Posting, post } from '../../bank/post.ts';
import { postedUnder, standings } from '../../bank/standing.ts';
import type { Act } from '../../connect/act.ts';
import type { Tx } from '../../connect/database.ts';
import type { City } from '../city.ts';

export interface Opening {
  /** `import:<peer>:<exchange>:<account>`. */
  key: string;
  /** Whole minutes; below zero: a debt that the pool pays. */
  minutes: number;
  /** Null for a debt. */
  person: { id: string; districtCode: string } | null;
}

/** From where and of which day the openings are; kept with each of them. */
export interface Origin {
  peer: string;
  exchange: string;
  /** `YYYY-MM-DD`. */
  asOf: string;
}

const issuance: AccountName = { ownerId: cityCode, kind: 'issuance', currency: 'min' };
const personalOf = (ownerId: string): AccountName => ({ ownerId, kind: 'personal', currency: 'min' });
export const poolOf = (ownerId: string): AccountName => ({ ownerId, kind: 'pool', currency: 'min' });

/** The pool of a person's district, or the city's where the district is none of the city's. */
const poolFor = (person: NonNullable<Opening['person']>, city: City): AccountName =>
  poolOf(city.areas.has(person.districtCode) ? person.districtCode : cityCode);

/** Posts openings and asks the ledger whether they are there as they were meant. */
export async function postOpenings(
  tx: Tx,
  act: Act,
  city: City,
  origin: Origin,
  openings: readonly Opening[],
): Promise<void> {
  const names = [
    issuance,
    poolOf(cityCode),
    ...openings.flatMap(({ person }) => (person ? [personalOf(person.id), poolFor(person, city)] : [])),
  ];
  const accounts = await openAccounts(tx, act, [
    ...new Map(names.map((name) => [accountKey(name), name])).values(),
  ]);
  const idOf = (name: AccountName) => accounts.get(accountKey(name)) as string;
  const transferIds = await post(
    tx,
    act,
    openings.map(
      ({ key, minutes, person }): Posting => ({
        debit: person ? idOf(issuance) : idOf(poolOf(cityCode)),
        credit: person ? idOf(personalOf(person.id)) : idOf(issuance),
        amount: Math.abs(minutes),
        currency: 'min',
        cause: 'import',
        key,
      }),
    ),
  );
  // The accounts are locked since they were posted to: nobody else lifts them meanwhile.
  const balances = await personalBalances(tx, openings);
  await post(
    tx,
    act,
    openings.flatMap(({ key, minutes, person }, i): Posting[] => {
      const over = person ? (balances.get(person.id) ?? 0) - city.bank.capMinutes : 0;
      if (!person || over <= 0) return [];
      return [
        {
          debit: idOf(personalOf(person.id)),
          credit: idOf(poolFor(person, city)),
          amount: Math.min(over, minutes),
          currency: 'min',
          cause: 'donation',
          causeId: transferIds[i],
          key: `overflow:${key}`,
          policyId: city.bankPolicyId,
        },
      ];
    }),
  );
  await writeAudit(
    tx,
    act,
    openings.map(({ person }, i) => ({
      action: 'import.balance',
      personId: person?.id ?? null,
      recordId: transferIds[i],
      detail: { peer: origin.peer, exchange: origin.exchange, asOf: origin.asOf },
    })),
  );
  await askLedger(tx, openings);
}

async function personalBalances(tx: Tx, openings: readonly Opening[]): Promise<Map<string, number>> {
  const all = await standings(
    tx,
    openings.flatMap(({ person }) => person?.id ?? []),
  );
  return new Map(
    all
      .filter((account) => account.kind === 'personal' && account.currency === 'min')
      .map((account) => [account.ownerId, account.balance]),
  );
}

async function askLedger(tx: Tx, openings: readonly Opening[]): Promise<void> {
  const posted = await postedUnder(
    tx,
    openings.map((opening) => opening.key),
  );
  const wrong = openings.filter(({ key, minutes, person }) => {
    const found = posted.get(key);
    return found?.amount !== Math.abs(minutes) || found.ownerId !== (person?.id ?? cityCode);
  });
  if (wrong.length > 0)
    throw new Error(`${wrong.length} imported balances are not in the ledger as they were sent`);
}

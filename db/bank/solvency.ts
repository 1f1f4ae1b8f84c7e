/**
 * The bank's solvency (T13): what it owes by who holds it, how that ties to the ledger, and what it will owe, under the
 * policy in force and under assumptions that somebody tries out.
 */
import type { Database, Tx } from '../connect/database.ts';
import { policyAt } from '../services/policies.ts';
import { type LifeTable, lifeExpectancy, pensionTable, type Sex, sexes } from './lifeTable.ts';
import { type Cohort, type Projection, project, type Settled } from './projection.ts';
import type { AccountKind } from './rules.ts';
import type { Assumptions } from './solvencyRules.ts';
import {
  districtNames,
  type Flows,
  flowsUntil,
  type Holding,
  holdingsAt,
  volunteersByAge,
} from './solvencyViews.ts';

export interface CohortFigures {
  /** First age of five years. */
  from: number;
  sex: Sex;
  /** Persons' accounts that hold anything; somebody with granted hours beside their own counts once for each. */
  accounts: number;
  /** Their own and granted hours together. */
  minutes: number;
  grantMinutes: number;
}

export interface DistrictFigures {
  code: string;
  name: string;
  accounts: number;
  personalMinutes: number;
  grantMinutes: number;
  teamMinutes: number;
  poolMinutes: number;
}

/** The 365 days until now, minutes; where the ledger is younger, as much as a whole year would have had. */
export interface LastYear {
  /** Days on record, at most 365. */
  days: number;
  /** Earned by volunteers for verified visits. */
  earned: number;
  /** Of these visits, paid with granted hours. */
  grantsUsed: number;
  /** Paid by the pool. */
  poolPaid: number;
  /** Paid with hours that holders had saved. */
  redeemed: number;
  /** Given to the pool: donations, and what exceeded the cap. */
  donated: number;
}

export interface Solvency {
  asOf: Date;
  /** What holders can ask for: personal, granted and team hours. */
  owedMinutes: number;
  /** Personal accounts that hold anything. */
  holders: number;
  /** Of them, those at the most that is allowed (T4). */
  atCap: number;
  /** Every kind of account; together zero (T2). */
  kinds: { kind: AccountKind; accounts: number; minutes: number }[];
  sum: number;
  /** Persons' hours of `kinds` less those of all cohorts: zero, as every holder is in one. */
  unplacedMinutes: number;
  /** What the fund has issued and not taken back. */
  issuedMinutes: number;
  /** All pools. */
  poolMinutes: number;
  cohorts: CohortFigures[];
  districts: DistrictFigures[];
  lastYear: LastYear;
  policyId: string;
  policyVersion: number;
  lifeTable: Pick<LifeTable, 'code' | 'title' | 'source' | 'issued'> & {
    expectancies: { age: number; sex: Sex; years: number }[];
  };
  policy: { assumptions: Settled; projection: Projection };
  /** Under the assumptions that were given; null when none was. */
  tried: { assumptions: Settled; projection: Projection } | null;
}

const BAND_YEARS = 5;
const YEAR_DAYS = 365;
const EXPECTANCY_AGES = [0, 60, 80];

const bandOf = (age: number): number => Math.max(0, Math.floor(age / BAND_YEARS) * BAND_YEARS);
const total = <T>(rows: readonly T[], of: (row: T) => number): number =>
  rows.reduce((sum, row) => sum + of(row), 0);

/** Solvency at an instant, or at present when `at` is null. `tried` moves single assumptions of the policy. */
export function solvencyAt(
  db: Database,
  at: Date | null,
  now: Date,
  tried: Partial<Assumptions> = {},
): Promise<Solvency> {
  const asOf = at ?? now;
  return db.transaction(
    async (tx) => {
      const policy = await policyAt(tx, 'solvency', asOf);
      const bank = await policyAt(tx, 'bank', asOf);
      const holdings = await holdingsAt(tx, at, now, bank.body.capMinutes);
      const owed = owedBy(holdings);
      const grantsLeft = total(owed.kinds, ({ kind, minutes }) => (kind === 'grant' ? minutes : 0));
      const lastYear = yearly(await flowsUntil(tx, asOf), grantsLeft);
      const cohorts = await cohortsOf(tx, holdings, asOf);
      const under = (assumptions: Assumptions) => {
        const settled = settle(assumptions, lastYear);
        return { assumptions: settled, projection: project(cohorts, pensionTable, settled) };
      };
      const isTried = Object.values(tried).some((value) => value !== undefined);
      return {
        asOf,
        ...owed,
        cohorts: bandsOf(holdings),
        districts: districtsOf(holdings, await districtNames(tx)),
        lastYear,
        policyId: policy.id,
        policyVersion: policy.version,
        lifeTable: tableOf(pensionTable),
        policy: under(policy.body),
        tried: isTried ? under({ ...policy.body, ...given(tried) }) : null,
      };
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}

/** Only what was given: a missing assumption must not hide the policy's. */
const given = (tried: Partial<Assumptions>): Partial<Assumptions> =>
  Object.fromEntries(Object.entries(tried).filter(([, value]) => value !== undefined));

/**
 * The flows of a year. What of the grants was used is what was granted and did not lapse, less what is left of them; a
 * ledger of more than a year is taken to have begun the year with as much of that as it ends with.
 */
function yearly(flows: Flows, grantsLeft: number): LastYear {
  const { days } = flows;
  const scale = days > 0 ? YEAR_DAYS / days : 1;
  const whole = (minutes: number) => Math.max(0, Math.round(minutes * scale));
  const earned = whole(flows.earned);
  const poolPaid = whole(flows.poolPaid);
  const used = whole(flows.granted - (days < YEAR_DAYS ? grantsLeft : 0));
  const grantsUsed = Math.min(used, Math.max(0, earned - poolPaid));
  const redeemed = Math.max(0, earned - grantsUsed - poolPaid);
  return { days, earned, grantsUsed, poolPaid, redeemed, donated: whole(flows.donated) };
}

/** Assumptions with those that the policy leaves open taken from the last twelve months. */
export function settle(assumptions: Assumptions, lastYear: LastYear): Settled {
  return {
    ...assumptions,
    depositMinutes: assumptions.depositMinutes ?? lastYear.earned,
    supplyMinutes: assumptions.supplyMinutes ?? lastYear.earned,
    otherUseMinutes: assumptions.otherUseMinutes ?? lastYear.grantsUsed + lastYear.poolPaid,
  };
}

/** Holders of own hours by single year of age, with where new deposits go: as the active volunteers are today. */
async function cohortsOf(tx: Tx, holdings: readonly Holding[], asOf: Date): Promise<Cohort[]> {
  const cohorts = new Map<string, Cohort>();
  const cohort = (age: number, sex: Sex): Cohort => {
    const key = `${sex} ${age}`;
    const known = cohorts.get(key) ?? { age, sex, holders: 0, minutes: 0, depositors: 0 };
    cohorts.set(key, known);
    return known;
  };
  for (const { kind, age, sex, accounts, minutes } of holdings) {
    if (kind !== 'personal' || age === null || sex === null) continue;
    const one = cohort(age, sex);
    one.holders += accounts;
    one.minutes += minutes;
  }
  for (const { age, sex, volunteers } of await volunteersByAge(tx, asOf))
    cohort(age, sex).depositors += volunteers;
  return [...cohorts.values()].sort((a, b) => a.age - b.age || a.sex.localeCompare(b.sex));
}

type Owed = Pick<
  Solvency,
  'owedMinutes' | 'holders' | 'atCap' | 'kinds' | 'sum' | 'unplacedMinutes' | 'issuedMinutes' | 'poolMinutes'
>;

function owedBy(holdings: readonly Holding[]): Owed {
  const kinds = new Map<AccountKind, { kind: AccountKind; accounts: number; minutes: number }>();
  for (const { kind, accounts, minutes } of holdings) {
    const known = kinds.get(kind) ?? { kind, accounts: 0, minutes: 0 };
    kinds.set(kind, { kind, accounts: known.accounts + accounts, minutes: known.minutes + minutes });
  }
  const of = (...wanted: AccountKind[]) => total(wanted, (kind) => kinds.get(kind)?.minutes ?? 0);
  const placed = total(holdings.filter(isPerson), (row) => row.minutes);
  return {
    owedMinutes: of('personal', 'grant', 'team'),
    holders: kinds.get('personal')?.accounts ?? 0,
    atCap: total(holdings, (row) => row.atCap),
    kinds: [...kinds.values()].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)),
    sum: total([...kinds.values()], (row) => row.minutes),
    unplacedMinutes: of('personal', 'grant') - placed,
    issuedMinutes: 0 - of('issuance'),
    poolMinutes: of('pool'),
  };
}

/** What is owed to holders first, what the city holds next, the fund last. */
const order: readonly AccountKind[] = [
  'personal',
  'grant',
  'team',
  'pool',
  'suspense',
  'provider',
  'clearing',
  'receivable',
  'issuance',
];

const isPerson = ({ kind, age, sex }: Holding): boolean =>
  (kind === 'personal' || kind === 'grant') && age !== null && sex !== null;

function bandsOf(holdings: readonly Holding[]): CohortFigures[] {
  const bands = new Map<string, CohortFigures>();
  for (const holding of holdings.filter(isPerson)) {
    const [from, sex] = [bandOf(holding.age as number), holding.sex as Sex];
    const band = bands.get(`${sex} ${from}`) ?? { from, sex, accounts: 0, minutes: 0, grantMinutes: 0 };
    band.accounts += holding.accounts;
    band.minutes += holding.minutes;
    if (holding.kind === 'grant') band.grantMinutes += holding.minutes;
    bands.set(`${sex} ${from}`, band);
  }
  return [...bands.values()].sort((a, b) => a.from - b.from || a.sex.localeCompare(b.sex));
}

function districtsOf(holdings: readonly Holding[], names: ReadonlyMap<string, string>): DistrictFigures[] {
  const empty = { accounts: 0, personalMinutes: 0, grantMinutes: 0, teamMinutes: 0, poolMinutes: 0 };
  const districts = new Map([...names].map(([code, name]) => [code, { code, name, ...empty }]));
  for (const { kind, districtCode, accounts, minutes } of holdings) {
    if (kind !== 'personal' && kind !== 'grant' && kind !== 'team' && kind !== 'pool') continue;
    const code = districtCode ?? '';
    // Accounts of the city itself, such as its own pool, stand in a line of their own.
    const district = districts.get(code) ?? { code, name: code, ...empty };
    district[`${kind}Minutes`] += minutes;
    if (kind !== 'pool') district.accounts += accounts;
    districts.set(code, district);
  }
  return [...districts.values()].sort((a, b) => a.code.localeCompare(b.code));
}

function tableOf(table: LifeTable): Solvency['lifeTable'] {
  const { code, title, source, issued } = table;
  return {
    code,
    title,
    source,
    issued,
    expectancies: EXPECTANCY_AGES.flatMap((age) =>
      sexes.map((sex) => ({ age, sex, years: Math.round(lifeExpectancy(table, sex, age) * 10) / 10 })),
    ),
  };
}

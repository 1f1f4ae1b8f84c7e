/** The projection as a file for a spreadsheet: stable column names, minutes as they are. */
import { csvText } from '../../parts/csv.ts';
import { addDays } from '../../parts/time.ts';
import { assumptionNames } from './assumptions.ts';
import { calendarYear, type Future, lastDay, type Solvency } from './figures.ts';

const columns = [
  'as_of',
  'scenario',
  'policy_version',
  'life_table',
  'year',
  'calendar_year',
  'ends_on',
  'deposits_minutes',
  'redemptions_minutes',
  'other_use_minutes',
  'needed_minutes',
  'supply_minutes',
  'shortage',
  'to_relatives_minutes',
  'to_pool_minutes',
  'outstanding_minutes',
  'holders_alive',
] as const;

/** The day a twelve months ends on, as near as a day. */
function endOf(solvency: Solvency, year: number): string {
  const first = lastDay(solvency.asOf);
  const day = `${calendarYear(solvency.asOf, year)}${first.slice(4)}`;
  return day.endsWith('-02-29') ? addDays(`${day.slice(0, 4)}-03-01`, -1) : day;
}

/** Every year under the policy, then every year under what is tried, each with all that it assumes. */
export function csvOf(solvency: Solvency): string {
  const futures: [string, Future][] = [['policy', solvency.policy]];
  if (solvency.tried) futures.push(['tried', solvency.tried]);
  const rows = futures.flatMap(([scenario, { projection, assumptions }]) =>
    projection.years.map((one) => [
      solvency.asOf,
      scenario,
      solvency.policyVersion,
      solvency.lifeTable.code,
      one.year,
      calendarYear(solvency.asOf, one.year),
      endOf(solvency, one.year),
      one.deposits,
      one.redemptions,
      one.otherUse,
      one.needed,
      one.supply,
      one.needed > one.supply ? 1 : 0,
      one.toRelatives,
      one.toPool,
      one.outstanding,
      one.holders,
      ...assumptionNames.map((name) => assumptions[name]),
    ]),
  );
  const header = [...columns, ...assumptionNames.map(columnOf)];
  return csvText(header, rows);
}

/** `redemptionAge` as the other columns are named: `assumed_redemption_age`. */
const columnOf = (name: string): string =>
  `assumed_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;

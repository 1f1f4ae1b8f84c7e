/** The assumptions as the page shows them: in groups, in the units people think in, within which bounds they move. */
import type { Solvency } from './figures.ts';

export type Assumptions = Solvency['policy']['assumptions'];
export type AssumptionName = keyof Assumptions;
export type Tried = Partial<Assumptions>;

export const groups = [
  { name: 'redeeming', names: ['redemptionAge', 'redemptionPercent', 'familyPercent', 'otherUseMinutes'] },
  {
    name: 'serving',
    names: ['supplyMinutes', 'supplyGrowthPercent', 'depositMinutes', 'depositGrowthPercent'],
  },
  { name: 'dying', names: ['mortalityPercent', 'relativesPercent', 'heirYears'] },
] as const satisfies readonly { name: string; names: readonly AssumptionName[] }[];

export const assumptionNames: readonly AssumptionName[] = groups.flatMap((group) => [...group.names]);

export type Unit = 'hours' | 'percent' | 'years';

export function unitOf(name: AssumptionName): Unit {
  if (name.endsWith('Minutes')) return 'hours';
  return name.endsWith('Percent') ? 'percent' : 'years';
}

/** The value in its unit: minutes as whole hours. */
export const shown = (name: AssumptionName, value: number): number =>
  unitOf(name) === 'hours' ? Math.round(value / 60) : value;

/** The value that the API takes for one in its unit, kept within the bounds. */
export function asked(name: AssumptionName, value: number, ranges: Solvency['ranges']): number {
  const { min, max, step } = ranges[name];
  const plain = unitOf(name) === 'hours' ? value * 60 : value;
  const whole = Number.isInteger(step) ? Math.round(plain) : Math.round(plain * 100) / 100;
  return Math.min(Math.max(whole, min), max);
}

/** Bounds and step of a slider in its unit; hours go up to about three times the policy's. */
export function sliderOf(name: AssumptionName, policy: number, ranges: Solvency['ranges']) {
  if (unitOf(name) !== 'hours') return ranges[name];
  const wanted = Math.max(1_000, (policy / 60) * 3);
  const step = 10 ** Math.floor(Math.log10(wanted / 50));
  const max = Math.min(Math.ceil(wanted / step) * step, Math.floor(ranges[name].max / 60));
  return { min: 0, max, step };
}

/** What is tried, read from an address; whatever is no number is left out, and the API names what is out of range. */
export function triedIn(query: Record<string, unknown>): Tried {
  const found: Tried = {};
  for (const name of assumptionNames) {
    const text = query[name];
    if (typeof text === 'string' && /^-?\d+(\.\d+)?$/.test(text)) found[name] = Number(text);
  }
  return found;
}

/** Only what differs from the policy. */
export function changesIn(tried: Tried, policy: Assumptions): AssumptionName[] {
  return assumptionNames.filter((name) => tried[name] !== undefined && tried[name] !== policy[name]);
}

/** A measured figure with the goal it is held against. */
export interface Figure {
  bench: string;
  value: number;
  unit: string;
  /** `<= n` or `>= n`. */
  goal: string;
  ok: boolean;
}

/** Holds a value against its goal. */
export function figure(bench: string, value: number, unit: string, goal: `${'<=' | '>='} ${number}`): Figure {
  const [relation, limit] = goal.split(' ') as ['<=' | '>=', string];
  const rounded = Math.round(value * 100) / 100;
  const ok = relation === '<=' ? rounded <= Number(limit) : rounded >= Number(limit);
  return { bench, value: rounded, unit, goal, ok };
}

/** The value that a share of the samples does not exceed. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Who may make a visit, and what each costs more than another. */
import { type Model, NEVER } from './model.ts';

/** Whether a carer may make a visit at all: skills and rules about the two. */
export function isAble(model: Model, visit: number, carer: number): boolean {
  return isSkilled(model, visit, carer) && wishCost(model, visit, carer) < NEVER;
}

/** Whether a carer has all the skills that a visit needs. */
export function isSkilled(model: Model, visit: number, carer: number): boolean {
  if ((model.needs[visit] as number) & ~(model.has[carer] as number)) return false;
  return ((model.needsMore[visit] as number) & ~(model.hasMore[carer] as number)) === 0;
}

/** What this carer costs more than another on this visit; NEVER when they must not come. */
export function wishCost(model: Model, visit: number, carer: number): number {
  const { pairAt, pairCarer, pairCost, onlyPairs } = model;
  let low = pairAt[visit] as number;
  let high = (pairAt[visit + 1] as number) - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const other = pairCarer[middle] as number;
    if (other === carer) return pairCost[middle] as number;
    if (other < carer) low = middle + 1;
    else high = middle - 1;
  }
  return onlyPairs[visit] === 1 ? NEVER : 0;
}

/** Whether a carer who makes so many visits with such loads can take one more. */
export function hasRoom(
  model: Model,
  rounds: { count: Int32Array; load: Int32Array },
  visit: number,
  carer: number,
): boolean {
  if ((rounds.count[carer] as number) >= (model.mostVisits[carer] as number)) return false;
  const { dimensions } = model;
  for (let d = 0; d < dimensions; d++) {
    const at = carer * dimensions + d;
    const load = (rounds.load[at] as number) + (model.load[visit * dimensions + d] as number);
    if (load > (model.capacity[at] as number)) return false;
  }
  return true;
}

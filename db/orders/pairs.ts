/** Two who come together (D1): an order that needs two carers is served by two of one provider, or not at all. */
import type { Near } from './candidates.ts';

/**
 * Gives everybody who can serve an order that needs two the best other carer of the same provider as their second, and
 * the second's points on top of their own; who has nobody to come along is excluded by the rule `second`. Others stay
 * as they are.
 */
export function paired(people: readonly Near[]): Near[] {
  const able = new Map<string, Near[]>();
  for (const one of people.filter((each) => each.carersNeeded === 2 && each.excludedBy === null))
    able.set(teamOf(one), [...(able.get(teamOf(one)) ?? []), one]);
  for (const team of able.values())
    team.sort((a, b) => b.score - a.score || (a.personId < b.personId ? -1 : 1));
  return people.map((one): Near => {
    if (one.carersNeeded < 2 || one.excludedBy !== null) return one;
    const second = able.get(teamOf(one))?.find((other) => other.personId !== one.personId);
    if (!second) return { ...one, excludedBy: 'second' };
    return {
      ...one,
      second: { personId: second.personId, name: second.name },
      score: Math.round(10 * (one.score + second.score)) / 10,
      terms: [...one.terms, { code: 'second', value: second.score }],
    };
  });
}

const teamOf = (one: Near): string => `${one.key}:${one.providerId}`;

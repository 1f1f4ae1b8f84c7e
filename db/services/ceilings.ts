/** How high a policy's figure may be where more would break a rule of the domain, whatever a city wants. */
import type { PolicyKind } from './kinds.ts';

const ceilings: Partial<Record<PolicyKind, Readonly<Record<string, number>>>> = {
  // S9 takes what a phone recorded for 72 hours; beyond a week nobody can say any more what came first.
  visits: { uploadHours: 168, unlockHours: 168 },
};

/** The first figure of a policy that is above its ceiling, with the ceiling; null when none is. */
export function aboveCeiling(
  kind: PolicyKind,
  body: Readonly<Record<string, unknown>>,
): { field: string; max: number } | null {
  for (const [field, max] of Object.entries(ceilings[kind] ?? {})) {
    const figure = body[field];
    if (typeof figure === 'number' && figure > max) return { field, max };
  }
  return null;
}

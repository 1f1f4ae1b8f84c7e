/** How high a policy's figure may be where more would break a rule of the domain, whatever a city wants. */
import type { PolicyKind } from './kinds.ts';

const ceilings: Partial<Record<PolicyKind, Readonly<Record<string, number>>>> = {
  // S9 takes what a phone recorded for 72 hours; beyond a week nobody can say any more what came first.
  visits: { uploadHours: 168, unlockHours: 168 },
  // Whoever plans holds a day of a district: a longer search, or more days, would keep others from what changes meanwhile.
  dispatch: {
    'planning.daysAhead': 7,
    'planning.threads': 16,
    'planning.searchSeconds.night': 600,
    'planning.searchSeconds.running': 120,
    'planning.searchSeconds.disruption': 30,
    // Farther away nobody is read; more tries, or more starts, would keep whoever asks waiting.
    carerMetres: 20_000,
    'relaxing.mostMinutes': 240,
    'slots.mostADay': 48,
  },
};

/** The first figure of a policy that is above its ceiling, by its path `a.b`, with the ceiling; null when none is. */
export function aboveCeiling(
  kind: PolicyKind,
  body: Readonly<Record<string, unknown>>,
): { field: string; max: number } | null {
  for (const [field, max] of Object.entries(ceilings[kind] ?? {})) {
    const figure = field.split('.').reduce<unknown>(stepInto, body);
    if (typeof figure === 'number' && figure > max) return { field, max };
  }
  return null;
}

const stepInto = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** Ages, the coarse place that maps may show, and who is a key elder (T8). */

const DAY = 86_400_000;
const SHANGHAI = 8 * 3_600_000;

/** Whole years on a day in Asia/Shanghai. */
export function ageOn(birthDate: string, at: Date): number {
  const [year = 0, month = 1, day = 1] = birthDate.split('-').map(Number);
  const local = new Date(at.getTime() + SHANGHAI);
  const had =
    local.getUTCMonth() + 1 > month || (local.getUTCMonth() + 1 === month && local.getUTCDate() >= day);
  return local.getUTCFullYear() - year - (had ? 0 : 1);
}

export interface ElderProfile {
  birthDate: string;
  abilityLevel: number;
  living: 'alone' | 'empty_nest' | 'with_family';
  subsidyClass: 'none' | 'low_income' | 'minimum_income' | 'special_hardship';
}

/**
 * T8 重点空巢独居老年人: living alone, and 80 or older; or 60–79 of a minimum-income household and semi- or fully
 * disabled (ability level 2 or worse).
 */
export function isKeyElder(profile: ElderProfile, at: Date): boolean {
  if (profile.living !== 'alone') return false;
  const age = ageOn(profile.birthDate, at);
  if (age >= 80) return true;
  const poor = profile.subsidyClass === 'minimum_income' || profile.subsidyClass === 'special_hardship';
  return age >= 60 && poor && profile.abilityLevel >= 2;
}

/** What a relative is to a person. All but `spouse` are lineal relatives 直系亲属. */
export const kinRelations = ['spouse', 'child', 'parent', 'grandchild', 'grandparent'] as const;
export type KinRelation = (typeof kinRelations)[number];

export const kinshipStates = ['asked', 'verified', 'refused', 'ended'] as const;
export type KinshipState = (typeof kinshipStates)[number];

/** The paper a station saw: household register, birth certificate, marriage certificate, notary's or police's word. */
export const kinDocuments = [
  'household_register',
  'birth_certificate',
  'marriage_certificate',
  'notary',
  'police',
] as const;
export type KinDocument = (typeof kinDocuments)[number];

const GRID = 0.005;

/** A position rounded to a grid of about 500 m: all that maps and searches may see of a home. */
export function coarse(position: { lat: number; lon: number }): { lat: number; lon: number } {
  const round = (degrees: number) => Math.round(Math.round(degrees / GRID) * GRID * 1000) / 1000;
  return { lat: round(position.lat), lon: round(position.lon) };
}

/** The first instant of the next day in Asia/Shanghai. */
export function nextMidnight(at: Date): Date {
  return new Date((Math.floor((at.getTime() + SHANGHAI) / DAY) + 1) * DAY - SHANGHAI);
}

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

/** The ages from which a person can be a key elder: by age alone, and by age with need. */
export const KEY_ELDER_AGE = 80;
export const NEEDY_KEY_ELDER_AGE = 60;
/** Of a minimum-income household, in the sense of T8. */
export const poorClasses = ['minimum_income', 'special_hardship'] as const;
/** Semi-disabled or worse by GB/T 42195. */
export const DISABLED_LEVEL = 2;

export const keyElderGrounds = ['age_80', 'poor_and_disabled'] as const;
export type KeyElderGround = (typeof keyElderGrounds)[number];

/**
 * Why a person is a key elder, T8 重点空巢独居老年人: 80 or older, empty-nest and living alone; or 60–79 of a
 * minimum-income household, semi- or fully disabled, empty-nest and living alone. `living` is `alone` for an empty-nest
 * elder who lives alone; `empty_nest` (a couple without children) does not count. Null for everybody else.
 */
export function keyElderGround(profile: ElderProfile, at: Date): KeyElderGround | null {
  if (profile.living !== 'alone') return null;
  const age = ageOn(profile.birthDate, at);
  if (age >= KEY_ELDER_AGE) return 'age_80';
  const poor = (poorClasses as readonly string[]).includes(profile.subsidyClass);
  return age >= NEEDY_KEY_ELDER_AGE && poor && profile.abilityLevel >= DISABLED_LEVEL
    ? 'poor_and_disabled'
    : null;
}

/** Whether a person is a key elder (T8). */
export const isKeyElder = (profile: ElderProfile, at: Date): boolean => keyElderGround(profile, at) !== null;

/** The last birth date of those who have this age on a day in Asia/Shanghai, `YYYY-MM-DD`; the other side of `ageOn`. */
export function bornUntil(age: number, at: Date): string {
  const today = new Date(at.getTime() + SHANGHAI).toISOString().slice(0, 10);
  const day = dateShifted(today, -age);
  return day.endsWith('-02-29') && !isLeap(Number(day.slice(0, 4))) ? day.replace('-29', '-28') : day;
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** The same month and day some years later or earlier; compared as text it need not be a day of the calendar. */
const dateShifted = (date: string, years: number): string =>
  `${String(Number(date.slice(0, 4)) + years).padStart(4, '0')}${date.slice(4)}`;

/** What a delegate may do for an elder who consents to it. */
export const mandateScopes = ['see', 'book', 'spend'] as const;
export type MandateScope = (typeof mandateScopes)[number];

export const mandateRelations = ['spouse', 'child', 'grandchild', 'sibling', 'other'] as const;

/** What a relative is to a person. All but `spouse` are lineal relatives 直系亲属. */
export const kinRelations = ['spouse', 'child', 'parent', 'grandchild', 'grandparent'] as const;
export type KinRelation = (typeof kinRelations)[number];

/** How the other of two relatives would say it. */
export const inverseOf: Readonly<Record<KinRelation, KinRelation>> = {
  spouse: 'spouse',
  child: 'parent',
  parent: 'child',
  grandchild: 'grandparent',
  grandparent: 'grandchild',
};

/** Years between the generations that a lineal relation needs at least. */
const LEAST_GAP_YEARS = { parent: 14, grandparent: 28 } as const;
const LEAST_SPOUSE_AGE = 20;

/** Whether two birth dates allow that the second person is that relation of the first. */
export function agesFit(
  relation: KinRelation,
  birthDate: string,
  relativeBirthDate: string,
  at: Date,
): boolean {
  if (relation === 'spouse')
    return ageOn(birthDate, at) >= LEAST_SPOUSE_AGE && ageOn(relativeBirthDate, at) >= LEAST_SPOUSE_AGE;
  if (relation === 'child' || relation === 'grandchild')
    return agesFit(inverseOf[relation], relativeBirthDate, birthDate, at);
  return dateShifted(relativeBirthDate, LEAST_GAP_YEARS[relation]) <= birthDate;
}

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

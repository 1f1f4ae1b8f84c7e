/**
 * Who could serve an order now, best first, and which hard rule excludes how many others (D1, D5). Reads the
 * nearest people only, so that it stays quick in a city of any size.
 */
import type { Database, Tx } from '../connect/database.ts';
import { type FitAsked, fitsOf } from '../dispatch/fits.ts';
import type { Place } from '../dispatch/places.ts';
import type { DispatchPolicy } from '../dispatch/rules.ts';
import { scoreOf, termsOf } from '../dispatch/score.ts';
import { currentPolicy } from '../services/policies.ts';
import { metresBetween } from '../visits/rules.ts';
import type { Askable } from './askingRules.ts';
import { type NearPerson, nearCarers, nearVolunteers } from './nearPeople.ts';
import { paired } from './pairs.ts';
import type { OfferTerms } from './rules.ts';
import { type Want, wantsOf } from './wants.ts';

export const exclusionRules = [
  'service',
  'self',
  'blocked',
  'gender',
  'level',
  'certificate',
  'licence',
  'absent',
  'hours',
  'contract',
  'shift',
  'busy',
  'declined',
  'asked_enough',
  'too_far',
  'travel',
  'second',
] as const;
export type ExclusionRule = (typeof exclusionRules)[number];

export interface Candidate extends Askable {
  personId: string;
  name: string;
  kind: 'volunteer' | 'carer';
  providerId: string | null;
  /** The best of the same provider to come along, where two carers are needed. */
  second: { personId: string; name: string } | null;
  /** Where it fits into their round. */
  place: Place;
  score: number;
  terms: OfferTerms;
}

export interface Candidates {
  candidates: Candidate[];
  /** People near by whom a rule excludes, counted under the first rule that does. */
  excluded: { rule: ExclusionRule; count: number }[];
  /** Which wave the next round is: 1 when nobody has been asked yet for this time and place. */
  wave: number;
}

/** Somebody near, and the first hard rule that excludes them; null when none does, and then there is a place for it. */
export interface Near extends Omit<Candidate, 'place'> {
  /** The key of what is wanted. */
  key: string;
  carersNeeded: number;
  place: Place | null;
  excludedBy: ExclusionRule | null;
}

/** Candidates of orders, by order. `at` is the instant of asking. */
export async function candidatesFor(
  db: Database | Tx,
  orderIds: readonly string[],
  at: Date,
): Promise<Map<string, Candidates>> {
  const found = await candidatesOf(db, await wantsOf(db, orderIds), at);
  return new Map(orderIds.map((id): [string, Candidates] => [id, found.get(id) ?? nobodyYet()]));
}

/** Candidates of whatever is wanted, by its key. */
export async function candidatesOf(
  db: Database | Tx,
  wants: readonly Want[],
  at: Date,
): Promise<Map<string, Candidates>> {
  const result = new Map(wants.map(({ key }): [string, Candidates] => [key, nobodyYet()]));
  if (wants.length === 0) return result;
  const people = [...(await nearVolunteers(db, wants, at)), ...(await nearCarers(db, wants, at, null))];
  for (const { key, wave } of people) (result.get(key) as Candidates).wave = wave;
  for (const { key, carersNeeded: _, excludedBy, place, ...candidate } of paired(
    await weighed(db, wants, people, at),
  )) {
    const found = result.get(key) as Candidates;
    if (excludedBy === null && place) found.candidates.push({ ...candidate, place });
    else if (excludedBy) count(found.excluded, excludedBy);
  }
  for (const { candidates } of result.values()) candidates.sort(byScore);
  return result;
}

/** A provider's own carers for one order of theirs: whoever can come first, best first, then the others with the rule. */
export async function ownCarersFor(
  db: Database | Tx,
  orderId: string,
  providerId: string,
  at: Date,
): Promise<Near[]> {
  const wants = await wantsOf(db, [orderId]);
  const found = await weighed(db, wants, await nearCarers(db, wants, at, providerId), at);
  return found.sort((a, b) => Number(a.excludedBy !== null) - Number(b.excludedBy !== null) || byScore(a, b));
}

const nobodyYet = (): Candidates => ({ candidates: [], excluded: [], wave: 1 });
type Ranked = Pick<Candidate, 'score' | 'distanceMetres' | 'personId'>;
/** The best first; of equals the nearest. */
const byScore = (a: Ranked, b: Ranked): number =>
  b.score - a.score || a.distanceMetres - b.distanceMetres || (a.personId < b.personId ? -1 : 1);

function count(excluded: Candidates['excluded'], rule: ExclusionRule): void {
  const counted = excluded.find((entry) => entry.rule === rule);
  if (counted) counted.count += 1;
  else excluded.push({ rule, count: 1 });
}

/** People near with what their ways decide: whether they live too far, can get there in time, and what speaks for them. */
async function weighed(
  db: Database | Tx,
  wants: readonly Want[],
  people: readonly NearPerson[],
  at: Date,
): Promise<Near[]> {
  const { body: policy } = await currentPolicy(db, 'dispatch', at);
  const { startToleranceMinutes } = (await currentPolicy(db, 'orders', at)).body;
  const byKey = new Map(wants.map((want) => [want.key, want]));
  const found = people.map((person) => near(person, byKey.get(person.key) as Want, policy));
  const able = found.filter(({ one }) => one.excludedBy === null);
  const fits = await fitsOf(
    db,
    able.map(({ one, want, person }) => fitAsked(one, want, person, at, startToleranceMinutes)),
    policy,
  );
  for (const [i, { one, person }] of able.entries()) {
    const fit = fits[i];
    one.excludedBy = fit ? null : 'travel';
    one.place = fit?.place ?? null;
    one.terms = fit ? termsOf(fit, person, policy) : [];
    one.score = scoreOf(one.terms);
  }
  return found.map(({ one }) => one);
}

function near(person: NearPerson, want: Want, policy: DispatchPolicy) {
  const distanceMetres = Math.round(metresBetween(person, want));
  const mostMetres = (person.maxMetres ?? policy.carerMetres) + want.fartherMetres;
  const one: Near = {
    key: person.key,
    carersNeeded: want.carersNeeded,
    personId: person.personId,
    name: person.name,
    kind: want.channel === 'volunteer' ? 'volunteer' : 'carer',
    providerId: person.providerId,
    second: null,
    distanceMetres,
    silent: person.silent,
    backup: person.backup,
    place: null,
    score: 0,
    terms: [],
    excludedBy: person.excludedBy ?? (distanceMetres > mostMetres ? 'too_far' : null),
  };
  return { one, want, person };
}

/** Where the latest start has passed, whoever is asked has the usual tolerance from now to come. */
function fitAsked(
  { personId, kind }: Near,
  want: Want,
  { takesBlocks }: NearPerson,
  at: Date,
  toleranceMinutes: number,
): FitAsked {
  const earliest = Math.max(want.startAt.getTime(), at.getTime());
  const latest =
    want.latestStartAt > at ? want.latestStartAt.getTime() : at.getTime() + toleranceMinutes * 60_000;
  return {
    personId,
    kind,
    isAnyHour: want.isBlock && takesBlocks,
    wanted: {
      lat: want.lat,
      lon: want.lon,
      earliest,
      latest: Math.max(latest, earliest),
      minutes: want.minutes,
      at: at.getTime(),
      orderId: want.orderId,
    },
  };
}

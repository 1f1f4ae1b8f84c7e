/**
 * The start times at which a service can still be served well (D4), so that booking offers what is possible instead of
 * refusing later: somebody able is there, gets there in time, and makes nobody wait. A fixed number of statements reads
 * what all days need.
 */
import type { Database, Tx } from '../connect/database.ts';
import { dayAfter, dayBounds } from '../connect/days.ts';
import type { ExclusionRule } from '../orders/candidates.ts';
import { conflictsWith } from '../orders/conflicts.ts';
import { type NearPerson, nearCarers, nearVolunteers } from '../orders/nearPeople.ts';
import { type ServiceAsked, type Want, wantsOfService } from '../orders/wants.ts';
import { currentPolicy } from '../services/policies.ts';
import { metresBetween } from '../visits/rules.ts';
import { around, type FitAsked, fitIn } from './fits.ts';
import { overlap, type Round } from './rounds.ts';
import { roundsOf } from './roundsOf.ts';
import type { DispatchPolicy, SlotsPolicy } from './rules.ts';
import { scoreOf, termsOf } from './score.ts';

export interface SlotsAsked extends ServiceAsked {
  /** The first day, in Asia/Shanghai, and how many. */
  from: string;
  days: number;
}

export interface Slot {
  startAt: Date;
  /** How many could come; of those that need two, how many could come with somebody. */
  people: number;
  /** Somebody whom the elder knows could come. */
  isKnown: boolean;
  /** Of the best who could come (D3). */
  score: number;
}

export interface SlotsOfDay {
  day: string;
  /** The best first. */
  slots: Slot[];
}

const MINUTE = 60_000;
/** Of starts as near as this to a better one the others come first. */
const APART_MINUTES = 90;
/** Starts lie no nearer together than this, whatever the policy says, minutes. */
const LEAST_APART = 10;
/** Decided time by time, from the rounds. */
const OF_THE_TIME: ExclusionRule[] = ['absent', 'hours', 'shift', 'busy'];

/** Somebody near on a day who is excluded by no rule but those that ask for the time. */
interface Able {
  person: NearPerson;
  want: Want;
  round: Round;
}

/** The best starts of each day; refuses what could not be booked either, as `wantsOfService` does. */
export async function slots(db: Database | Tx, asked: SlotsAsked, at: Date): Promise<SlotsOfDay[]> {
  const { body: policy } = await currentPolicy(db, 'dispatch', at);
  const { body: orders } = await currentPolicy(db, 'orders', at);
  const { body: respite } = await currentPolicy(db, 'respite', at);
  const days = Array.from({ length: asked.days }, (_, n) => dayAfter(asked.from, n)).map((day) => ({
    day,
    starts: startsOf(day, policy.slots, at),
  }));
  const wants = (await wantsOfService(db, asked, at)).flatMap((want) =>
    days.flatMap(({ day, starts: [first] }): Want[] =>
      first
        ? [
            {
              ...want,
              key: `${day} ${want.channel}`,
              startAt: first,
              latestStartAt: first,
              waived: OF_THE_TIME,
            },
          ]
        : [],
    ),
  );
  const [{ minutes = 0 } = {}] = wants;
  const starts = days.flatMap((one) => one.starts);
  const conflicts = await conflictsWith(
    db,
    starts.map((startAt) => ({ elderId: asked.elderId, startAt, minutes })),
    orders.conflictGapMinutes,
  );
  const taken = new Set(starts.filter((_, i) => conflicts[i]?.length).map(Number));
  const able = await ableOn(db, wants, policy, at);
  const restMinutes = minutes >= respite.restFromMinutes ? 60 * respite.restHours : 0;
  return days.map(({ day, starts: ofDay }) => ({
    day,
    slots: bestOf(
      ofDay
        .filter((startAt) => !taken.has(startAt.getTime()))
        .flatMap((startAt) => slotAt(startAt, able.get(day) ?? [], restMinutes, policy, at) ?? []),
      policy.slots.mostADay,
    ),
  }));
}

/** The best starts of a day, the best first: first of all such as lie apart, so that of equals there are some for everybody. */
function bestOf(slots: readonly Slot[], most: number): Slot[] {
  const better = (a: Slot, b: Slot) =>
    b.score - a.score || b.people - a.people || a.startAt.getTime() - b.startAt.getTime();
  const apart: Slot[] = [];
  const between: Slot[] = [];
  for (const slot of [...slots].sort(better)) {
    const isApart = apart.every((one) => Math.abs(+one.startAt - +slot.startAt) >= APART_MINUTES * MINUTE);
    (isApart ? apart : between).push(slot);
  }
  return [...apart, ...between].slice(0, most).sort(better);
}

/** The starts of a day that the city thinks of and that still lie ahead. */
function startsOf(day: string, policy: SlotsPolicy, at: Date): Date[] {
  const midnight = dayBounds(day).from.getTime();
  const first = at.getTime() + policy.leadMinutes * MINUTE;
  const starts: Date[] = [];
  for (
    let minute = policy.firstMinute;
    minute <= policy.lastMinute;
    minute += Math.max(policy.everyMinutes, LEAST_APART)
  )
    if (midnight + minute * MINUTE >= first) starts.push(new Date(midnight + minute * MINUTE));
  return starts;
}

/** The people near on each day with their rounds over all days. */
async function ableOn(
  db: Database | Tx,
  wants: readonly Want[],
  policy: DispatchPolicy,
  at: Date,
): Promise<Map<string, Able[]>> {
  const found = new Map<string, Able[]>();
  const byKey = new Map(wants.map((want) => [want.key, want]));
  const near = [...(await nearVolunteers(db, wants, at)), ...(await nearCarers(db, wants, at, null))].filter(
    (person) =>
      person.excludedBy === null &&
      metresBetween(person, byKey.get(person.key) as Want) <= (person.maxMetres ?? policy.carerMetres),
  );
  const [first, last] = [wants[0], wants.at(-1)];
  if (!first || !last) return found;
  const people = [...new Map(near.map((person) => [nameOf(person), person])).values()];
  const lastMidnight = dayBounds(dayAfter(keyDay(last.key))).from.getTime();
  const span = {
    from: new Date(around(wantedAt(first, first.startAt, at)).from),
    until: new Date(around(wantedAt(last, new Date(lastMidnight), at)).until),
  };
  const rounds = await roundsOf(
    db,
    people.map(({ personId, level }) => ({ personId, kind: kindOf(level), ...span })),
  );
  const roundOf = new Map(people.map((person, i) => [nameOf(person), rounds[i] as Round]));
  for (const person of near) {
    const day = keyDay(person.key);
    const one = { person, want: byKey.get(person.key) as Want, round: roundOf.get(nameOf(person)) as Round };
    found.set(day, [...(found.get(day) ?? []), one]);
  }
  return found;
}

const keyDay = (key: string): string => key.slice(0, 10);
const kindOf = (level: number | null) => (level === null ? 'volunteer' : 'carer');
const nameOf = ({ personId, level }: NearPerson): string => `${kindOf(level)} ${personId}`;

const wantedAt = ({ lat, lon, minutes }: Want, startAt: Date, at: Date): FitAsked['wanted'] => ({
  lat,
  lon,
  minutes,
  earliest: startAt.getTime(),
  latest: startAt.getTime(),
  at: at.getTime(),
  orderId: null,
});

/** A start with who could come then; null when nobody, or where two are needed nobody with a second of the same provider. */
function slotAt(
  startAt: Date,
  able: readonly Able[],
  restMinutes: number,
  policy: DispatchPolicy,
  at: Date,
): Slot | null {
  const coming = able.flatMap(({ person, want, round }) => {
    if (isPromised(round, startAt, want.minutes, restMinutes)) return [];
    const isAnyHour = want.isBlock && person.takesBlocks;
    const wanted = wantedAt(want, startAt, at);
    const fit = fitIn(
      round,
      { personId: person.personId, kind: kindOf(person.level), isAnyHour, wanted },
      policy,
    );
    if (!fit || fit.isElsewhere || fit.place.waitSeconds > 0) return [];
    return [{ person, needed: want.carersNeeded, score: scoreOf(termsOf(fit, person, policy)) }];
  });
  const teams = coming.filter(
    ({ person, needed }) =>
      needed === 1 ||
      coming.some((other) => other.person !== person && other.person.providerId === person.providerId),
  );
  if (teams.length === 0) return null;
  return {
    startAt,
    people: teams.length,
    isKnown: teams.some(({ person }) => person.knownVisits > 0),
    score: Math.max(...teams.map(({ score }) => score)),
  };
}

/** Whether a time, with the rest around a long block (S6), is promised, asked for or planned already. */
function isPromised({ stops }: Round, startAt: Date, minutes: number, restMinutes: number): boolean {
  const kept = {
    from: startAt.getTime() - restMinutes * MINUTE,
    until: startAt.getTime() + (minutes + restMinutes) * MINUTE,
  };
  return stops.some((stop) => overlap(stop, kept));
}

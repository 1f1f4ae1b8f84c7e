/** How visits fit into the rounds of people: for each visit and person the best place, out of one read of all rounds. */
import type { Database, Tx } from '../connect/database.ts';
import { goingOf, type Place, placesIn, type Wanted } from './places.ts';
import { covers, joined, overlap, type Round, type Span } from './rounds.ts';
import { roundsOf } from './roundsOf.ts';
import type { DispatchPolicy, HelperKind, PlacePoints } from './rules.ts';

export interface FitAsked {
  personId: string;
  kind: HelperKind;
  /** Comes at any hour of the day: for a block of many hours (S6). */
  isAnyHour: boolean;
  wanted: Wanted;
}

export interface Fit {
  place: Place;
  /** What they have promised around that time, hours. */
  promisedHours: number;
  /** The plan has them elsewhere then. */
  isElsewhere: boolean;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** So much before and after a visit belongs to the same round; no way takes longer. */
const AROUND = 12 * HOUR;

export const around = ({ earliest, latest, minutes }: Wanted): Span => ({
  from: earliest - AROUND,
  until: latest + minutes * MINUTE + AROUND,
});

/** The best place for each, in the order given; null where they cannot get there in time, or not to who comes after (D1). */
export async function fitsOf(
  db: Database | Tx,
  asked: readonly FitAsked[],
  policy: DispatchPolicy,
): Promise<(Fit | null)[]> {
  const rounds = await roundsAround(db, asked);
  return asked.map((one) => {
    const span = around(one.wanted);
    const own = rounds.get(nameOf(one))?.find((read) => covers(read, span));
    if (!own) throw new Error('a round was not read');
    return fitIn(own.round, one, policy);
  });
}

/** The best place of a round that was read around it: with what the plan has there, or else instead of it. */
export function fitIn(
  read: Round,
  { kind, isAnyHour, wanted }: FitAsked,
  policy: DispatchPolicy,
): Fit | null {
  const going = goingOf(policy, kind);
  const span = around(wanted);
  const round = {
    ...read,
    open: isAnyHour ? null : read.open,
    stops: read.stops.filter((stop) => overlap(stop, span)),
  };
  const best = (of: Round) =>
    placesIn(of, wanted, going).sort((a, b) => costOf(a, policy.points) - costOf(b, policy.points))[0];
  const spoken = { ...round, stops: round.stops.filter(({ state }) => state !== 'planned') };
  const planned = best(round);
  const place = planned ?? best(spoken);
  return place ? { place, promisedHours: hoursIn(spoken, wanted), isElsewhere: !planned } : null;
}

const costOf = ({ addedSeconds, waitSeconds }: Place, points: PlacePoints): number =>
  addedSeconds * points.travel + waitSeconds * points.waiting;

function hoursIn({ stops }: Round, wanted: Wanted): number {
  const { from, until } = around(wanted);
  return (
    stops
      .filter(({ orderId }) => orderId !== wanted.orderId)
      .reduce((sum, stop) => sum + Math.max(0, Math.min(stop.until, until) - Math.max(stop.from, from)), 0) /
    HOUR
  );
}

const nameOf = ({ personId, kind }: FitAsked): string => `${kind} ${personId}`;

/** The rounds around everything asked for, by person; what lies near together in time is read as one. */
async function roundsAround(
  db: Database | Tx,
  asked: readonly FitAsked[],
): Promise<Map<string, (Span & { round: Round })[]>> {
  const spans = new Map<string, { of: FitAsked; spans: Span[] }>();
  for (const one of asked) {
    const known = spans.get(nameOf(one));
    if (known) known.spans.push(around(one.wanted));
    else spans.set(nameOf(one), { of: one, spans: [around(one.wanted)] });
  }
  const reads = [...spans.values()].flatMap(({ of, spans: all }) =>
    joined(all).map((span) => ({ of, span })),
  );
  const rounds = await roundsOf(
    db,
    reads.map(({ of: { personId, kind }, span }) => ({
      personId,
      kind,
      from: new Date(span.from),
      until: new Date(span.until),
    })),
  );
  const found = new Map<string, (Span & { round: Round })[]>();
  for (const [i, { of, span }] of reads.entries()) {
    const own = { ...span, round: rounds[i] as Round };
    found.set(nameOf(of), [...(found.get(nameOf(of)) ?? []), own]);
  }
  return found;
}

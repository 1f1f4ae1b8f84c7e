/** Matching a batch of orders with people: who is to be asked first for each, so that together most are served best. */
import type { Database, Tx } from '../../db/connect/database.ts';
import type { PlanningPolicy } from '../../db/dispatch/planRules.ts';
import { roundsOf } from '../../db/dispatch/roundsOf.ts';
import type { DispatchPolicy } from '../../db/dispatch/rules.ts';
import type { Candidate } from '../../db/orders/candidates.ts';
import type { OrderToAssign } from './assign.ts';
import { keptVisit } from './city/keptVisit.ts';
import { Places } from './city/places.ts';
import { asItWillBe, type KeptStop } from './city/spans.ts';
import { secondsAPoint } from './city/wishes.ts';
import { plan } from './engine/plan.ts';
import type { Problem, Visit } from './problem.ts';
import { peopleOf, Taken } from './taken.ts';

/** An order, where it is, and those whose turn it is to be asked, best first; whom the plan has for it, if they can come. */
export interface ToMatch {
  order: OrderToAssign;
  candidates: readonly Candidate[];
  people: readonly Candidate[];
  planned: Candidate | null;
}

/** More than any wave asks at once: of more people than this the farther behind are not needed for a good match. */
const MOST_PEOPLE = 24;
const STEPS_AN_ORDER = 40;
const HOUR = 3_600_000;
/** As long before and after the batch as promises matter for the way. */
const AROUND = 3 * HOUR;

/**
 * By order who is to be asked first. Orders that want nobody whom another wants have their best; the others are put into
 * the rounds of those whom they share by the engine, in a fixed number of steps, so that the same batch is matched alike.
 */
export async function matched(
  db: Database | Tx,
  turns: readonly ToMatch[],
  at: Date,
  policy: DispatchPolicy & { planning: PlanningPolicy },
): Promise<Map<string, Candidate>> {
  const wanted = turns.map((turn) => ({ ...turn, people: turn.people.slice(0, MOST_PEOPLE) }));
  const shared = sharedBy(wanted);
  const leads = new Map<string, Candidate>();
  const open = wanted.filter(({ order, people, planned }) => {
    if (people.flatMap(peopleOf).some((personId) => shared.has(personId))) return true;
    const best = planned && people.includes(planned) ? planned : people[0];
    if (best) leads.set(order.id, best);
    return false;
  });
  if (open.length === 0) return leads;
  const ids = [...new Set(open.flatMap(({ people }) => people.map(({ personId }) => personId)))].sort();
  const problem = problemOf(open, ids, await keptOf(db, open, ids, at, policy), at, policy);
  const made = await plan(problem, { iterations: STEPS_AN_ORDER * open.length, threads: 0, seed: 1 });
  for (const { carer, stops } of made.rounds) {
    for (const { index } of stops) {
      const turn = open[index];
      const lead = turn?.people.find(({ personId }) => personId === ids[carer]);
      if (turn && lead) leads.set(turn.order.id, lead);
    }
  }
  inTheirTurn(open, leads);
  return goingTogether(turns, leads, at);
}

/** People who are wanted for more than one order. */
function sharedBy(wanted: readonly ToMatch[]): Set<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { people } of wanted) {
    for (const personId of new Set(people.flatMap(peopleOf)))
      (seen.has(personId) ? shared : seen).add(personId);
  }
  return shared;
}

/** What these people have promised around the times wanted, at the times at which it will be. */
async function keptOf(
  db: Database | Tx,
  open: readonly ToMatch[],
  ids: readonly string[],
  at: Date,
  policy: DispatchPolicy,
): Promise<KeptStop[][]> {
  const starts = open.map(({ order }) => Math.max(order.startAt.getTime(), at.getTime()));
  const ends = open.map(({ order }, i) => (starts[i] as number) + order.minutes * 60_000);
  const kinds = new Map(open.flatMap(({ people }) => people.map((one) => [one.personId, one.kind])));
  const rounds = await roundsOf(
    db,
    ids.map((personId) => ({
      personId,
      kind: kinds.get(personId) ?? 'volunteer',
      from: new Date(Math.min(...starts) - AROUND),
      until: new Date(Math.max(...ends) + AROUND),
    })),
  );
  return rounds.map(({ personId, stops }) => {
    const promised = stops.filter(({ state }) => state !== 'planned');
    return asItWillBe(promised, at.getTime(), policy.travel[kinds.get(personId) ?? 'volunteer']);
  });
}

function problemOf(
  open: readonly ToMatch[],
  ids: readonly string[],
  kept: readonly KeptStop[][],
  at: Date,
  policy: DispatchPolicy & { planning: PlanningPolicy },
): Problem {
  const starts = open.map(({ order }) => Math.max(order.startAt.getTime(), at.getTime()));
  const zero = Math.min(...starts, ...kept.flat().map(({ from }) => from)) - HOUR;
  const seconds = (ms: number) => Math.round((ms - zero) / 1000);
  const places = new Places();
  const numbers = new Map(ids.map((id, c) => [id, c]));
  const visits = open.map(({ order, people, planned }, turn): Visit => {
    const from = starts[turn] as number;
    const best = people[0]?.score ?? 0;
    const slack = from + policy.planning.slackMinutes * 60_000;
    const until = Math.max(from, Math.min(order.latestStartAt.getTime(), slack));
    return {
      id: order.id,
      place: places.of(order.lat, order.lon),
      duration: order.minutes * 60,
      windows: [{ from: seconds(from), until: seconds(until) }],
      skills: [],
      // As many as can be by their weight; of as many, those whose turn is first.
      priority:
        Math.max(1, policy.planning.urgencyWeight[order.urgency]) * open.length * open.length +
        open.length -
        turn,
      onlyBy: people.map(({ personId }) => numbers.get(personId) as number),
      costBy: people.map((one) => {
        const points = best - one.score - (one === planned ? policy.planning.stayPoints : 0);
        return [numbers.get(one.personId) as number, Math.round(points * secondsAPoint(policy))] as const;
      }),
    };
  });
  const pinned = kept.flatMap((stops, carer) =>
    stops.map((stop, n) => keptVisit(stop, { carer, name: ids[carer] as string, n }, places, seconds)),
  );
  const all = [...visits, ...pinned];
  const until = Math.max(...all.map(({ windows, duration }) => (windows[0]?.until ?? 0) + duration));
  const kinds = new Map(open.flatMap(({ people }) => people.map((one) => [one.personId, one.kind])));
  return {
    travel: {
      places: places.count,
      matrices: null,
      coordinates: { ...places.arrays(), modes: [policy.travel.volunteer, policy.travel.carer] },
    },
    visits: all,
    carers: ids.map((id) => ({
      id,
      start: null,
      end: null,
      shift: { from: 0, until },
      skills: [],
      mode: kinds.get(id) === 'carer' ? 1 : 0,
    })),
  };
}

/** Of plans that are as good, the one in which the order whose turn is first has the better: two change where both lose nothing. */
function inTheirTurn(open: readonly ToMatch[], leads: Map<string, Candidate>): void {
  const counts = new Map<string, number>();
  for (const { personId } of leads.values()) counts.set(personId, (counts.get(personId) ?? 0) + 1);
  const isAlone = (one: Candidate | undefined) => one !== undefined && counts.get(one.personId) === 1;
  for (const [i, first] of open.entries()) {
    for (const second of open.slice(i + 1)) {
      const [a, b] = [leads.get(first.order.id), leads.get(second.order.id)];
      if (!a || !b || !isAlone(a) || !isAlone(b) || a === first.planned || b === second.planned) continue;
      const better = first.people.find(({ personId }) => personId === b.personId);
      const other = second.people.find(({ personId }) => personId === a.personId);
      if (!better || !other || better.score <= a.score || better.score + other.score < a.score + b.score)
        continue;
      leads.set(first.order.id, better);
      leads.set(second.order.id, other);
    }
  }
}

/** Only those who are asked for no two times that overlap; the order whose turn is later goes without. */
function goingTogether(
  turns: readonly ToMatch[],
  leads: ReadonlyMap<string, Candidate>,
  at: Date,
): Map<string, Candidate> {
  const result = new Map<string, Candidate>();
  const taken = new Taken(at);
  for (const { order } of turns) {
    const lead = leads.get(order.id);
    if (!lead || !taken.isFree(order, lead)) continue;
    taken.add(order, lead);
    result.set(order.id, lead);
  }
  return result;
}

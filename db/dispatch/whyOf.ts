/**
 * Why an order is with whom it is, or with nobody (D5): who else could come and how they differ, how many each rule keeps
 * away, and the smallest relaxations that would serve it, each of them tried with the same rules.
 */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { type Candidate, type Candidates, candidatesOf } from '../orders/candidates.ts';
import type { OfferTerms, OrderState } from '../orders/rules.ts';
import { type Want, wantsOf } from '../orders/wants.ts';
import { currentPolicy } from '../services/policies.ts';
import { type RelaxationCode, relaxationsOf } from './relaxations.ts';
import { tenths } from './score.ts';

/** Somebody with what speaks for and against them. */
export interface Weighed {
  personId: string;
  name: string;
  score: number;
  terms: OfferTerms;
}

export interface NextBest extends Weighed {
  /** By how many points they fall behind; negative where they would be better now than when it was decided. */
  behind: number;
  /** Term by term, what they have more or less. */
  differences: OfferTerms;
}

export interface Relaxed {
  code: RelaxationCode;
  /** Minutes, metres or a level; null where the code says all. */
  by: number | null;
  /** How many could come then, and the best of them. */
  people: number;
  best: Pick<Candidate, 'personId' | 'name' | 'kind' | 'score'> & { beginAt: Date };
}

export interface Why {
  orderId: string;
  state: OrderState;
  /** The instant as of which people are weighed. */
  asOf: Date;
  /** Who is to come, or the best of those being asked, with the terms by which they were; null when nobody is. */
  chosen: Weighed | null;
  /** The next best three, or where nobody is chosen the best three. */
  next: NextBest[];
  /** All who can come. */
  able: number;
  excluded: Candidates['excluded'];
  /** Of each kind the smallest; none where somebody can come. */
  relaxations: Relaxed[];
}

interface Decided extends Record<string, unknown> {
  state: OrderState;
  asOf: string;
  personId: string | null;
  name: string | null;
  score: number | null;
  terms: OfferTerms | null;
}

const NEXT = 3;
const LEAD_HOURS = 2;

/**
 * Explains an order as people's rounds stand; null where there is none. One that was left unserved is explained as of two
 * hours before its start, or of its booking where that was later: afterwards everybody is too late.
 */
export async function whyOf(db: Database | Tx, orderId: string, at: Date): Promise<Why | null> {
  const [decided] = await decision(db, orderId, at);
  const [want] = await wantsOf(db, [orderId]);
  if (!decided || !want) return null;
  const asOf = new Date(decided.asOf);
  const { candidates, excluded } = (await candidatesOf(db, [want], asOf)).get(want.key) as Candidates;
  const chosen = chosenBy(decided);
  const others = candidates.filter(({ personId }) => personId !== decided.personId);
  const first = chosen ?? others[0];
  return {
    orderId,
    state: decided.state,
    asOf,
    chosen,
    next: others.slice(0, NEXT).map((one) => behind(weighed(one), first ?? one)),
    able: candidates.length,
    excluded: [...excluded].sort((a, b) => b.count - a.count),
    relaxations: candidates.length > 0 ? [] : await relaxed(db, want, asOf),
  };
}

/** The order's state, whom it is with or asked of, and with which terms that was decided. */
const decision = (db: Database | Tx, orderId: string, at: Date) =>
  db.execute<Decided>(sql`
  select o.state, p.id as "personId", p.name, f.score, f.terms,
    (case when o.state = 'unserved'
      then greatest(o.created_at, o.start_at - make_interval(hours => ${LEAD_HOURS})) else ${at.toISOString()}::timestamptz
    end)::text as "asOf"
  from orders o
  left join lateral (
    select * from offers f where f.order_id = o.id and f.state in ('open', 'accepted')
    order by f.state, f.score desc, f.person_id limit 1) as f on true
  left join persons p on p.id = coalesce(o.assignee_id, f.person_id)
  where o.id = ${orderId}::uuid`);

const weighed = ({ personId, name, score, terms }: Candidate): Weighed => ({ personId, name, score, terms });

/** Whoever was chosen, with the terms of then: being asked changes what speaks for somebody. */
const chosenBy = ({ personId, name, score, terms }: Decided): Weighed | null =>
  personId && name !== null ? { personId, name, score: score ?? 0, terms: terms ?? [] } : null;

function behind(one: Weighed, first: Pick<Weighed, 'score' | 'terms'>): NextBest {
  const codes = [...new Set([...first.terms, ...one.terms].map(({ code }) => code))];
  const value = (of: OfferTerms, code: string) => of.find((term) => term.code === code)?.value ?? 0;
  const differences = codes.map((code) => ({
    code,
    value: tenths(value(one.terms, code) - value(first.terms, code)),
  }));
  return {
    ...one,
    behind: tenths(first.score - one.score),
    differences: differences.filter((term) => term.value !== 0),
  };
}

/** The smallest relaxation of each kind with which somebody could come, all tried together. */
async function relaxed(db: Database | Tx, want: Want, asOf: Date): Promise<Relaxed[]> {
  const { body } = await currentPolicy(db, 'dispatch', asOf);
  const tries = relaxationsOf(want, body.relaxing, asOf);
  const found = await candidatesOf(
    db,
    tries.map((one) => one.want),
    asOf,
  );
  const smallest = new Map<RelaxationCode, Relaxed>();
  for (const { code, by, want: tried } of tries) {
    const [best, ...others] = found.get(tried.key)?.candidates ?? [];
    if (!best || smallest.has(code)) continue;
    const { personId, name, kind, score, place } = best;
    smallest.set(code, {
      code,
      by,
      people: others.length + 1,
      best: { personId, name, kind, score, beginAt: new Date(place.begin) },
    });
  }
  return [...smallest.values()];
}

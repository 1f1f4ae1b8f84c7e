/** A person's verified relatives (T5, T6), whichever of the two asked to have the relation verified. */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { ageOn, inverseOf, type KinRelation } from './rules.ts';

export interface Kin {
  kinshipId: string;
  personId: string;
  /** In full: verified relatives know each other. For the person alone to read. */
  name: string;
  /** What this relative is to the person asked about. */
  relation: KinRelation;
  /** 直系亲属: all but the spouse. */
  isLineal: boolean;
  age: number;
  /** When it was verified. */
  since: Date;
}

const MOST_KIN = 50;

/** All but spouses are lineal relatives 直系亲属. */
export const isLinealRelation = (relation: KinRelation): boolean => relation !== 'spouse';

/** The verified relatives of a person who are alive, at most 50. */
export async function kinOf(db: Database | Tx, personId: string, at: Date): Promise<Kin[]> {
  const rows = await db.execute<{
    id: string;
    other: string;
    name: string;
    birth_date: string;
    relation: KinRelation;
    asked: boolean;
    since: string;
  }>(sql`
    select k.id, p.id as other, p.name, p.birth_date::text as birth_date, k.relation, k.person_id = ${personId}::uuid as asked,
      k.decided_at as since
    from kinships k
    join persons p on p.id = case when k.person_id = ${personId}::uuid then k.relative_id else k.person_id end
    where (k.person_id = ${personId}::uuid or k.relative_id = ${personId}::uuid)
      and k.state = 'verified' and p.closed_at is null
    order by p.birth_date, k.id limit ${MOST_KIN}`);
  return rows.map((row) => {
    const relation = row.asked ? row.relation : inverseOf[row.relation];
    return {
      kinshipId: row.id,
      personId: row.other,
      name: row.name,
      relation,
      isLineal: isLinealRelation(relation),
      age: ageOn(row.birth_date, at),
      since: new Date(row.since),
    };
  });
}

export interface Pair {
  holderId: string;
  elderId: string;
}

/**
 * Which of these pairs are verified relatives, as `holderId:elderId`, and what the second is to the first. The
 * relations stay as they are until the transaction ends.
 */
export async function relationsOf(tx: Tx, pairs: readonly Pair[]): Promise<Map<string, KinRelation>> {
  if (pairs.length === 0) return new Map();
  const rows = await tx.execute<{ holder: string; elder: string; relation: KinRelation; asked: boolean }>(sql`
    select p."holderId" as holder, p."elderId" as elder, k.relation, k.person_id = p."holderId" as asked
    from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as p("holderId" uuid, "elderId" uuid)
    join kinships k on k.state = 'verified'
      and least(k.person_id, k.relative_id) = least(p."holderId", p."elderId")
      and greatest(k.person_id, k.relative_id) = greatest(p."holderId", p."elderId")
    for share of k`);
  return new Map(
    rows.map((row) => [`${row.holder}:${row.elder}`, row.asked ? row.relation : inverseOf[row.relation]]),
  );
}

/** Whether two persons are verified lineal relatives (T6); the relation stays until the transaction ends. */
export async function isLineal(tx: Tx, a: string, b: string): Promise<boolean> {
  const relation = (await relationsOf(tx, [{ holderId: a, elderId: b }])).get(`${a}:${b}`);
  return relation !== undefined && isLinealRelation(relation);
}

/** Relations asked for, verified, refused and ended, as the two persons see them and as the stations that decide do. */
import { and, asc, eq, gt, inArray, like, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { isLinealRelation } from './kinOf.ts';
import { maskName } from './mask.ts';
import { inverseOf, type KinDocument, type KinRelation, type KinshipState } from './rules.ts';
import { kinships, persons } from './schema.ts';

export interface KinshipView {
  id: string;
  /** What `relative` is to `person`; in one's own list `person` is oneself. */
  relation: KinRelation;
  isLineal: boolean;
  state: KinshipState;
  document: KinDocument;
  /** Names are masked but for the reader's own and those of verified relatives, who know each other. */
  person: { id: string; name: string };
  relative: { id: string; name: string };
  askedAt: Date;
  decidedAt: Date | null;
  endedAt: Date | null;
  /** Of the refusal, or of the end. */
  reason: string | null;
}

/** What a station compares with the paper. */
export interface PersonInFull {
  id: string;
  name: string;
  birthDate: string;
  gender: 'female' | 'male';
}
export interface KinshipInFull extends Omit<KinshipView, 'person' | 'relative'> {
  person: PersonInFull;
  relative: PersonInFull;
}

export interface KinshipFilter {
  personId?: string;
  state?: KinshipState;
}

export const asker = alias(persons, 'asker');
export const relative = alias(persons, 'relative');

const select = (db: Database | Tx) =>
  db
    .select({ kinship: kinships, asker, relative })
    .from(kinships)
    .innerJoin(asker, eq(asker.id, kinships.personId))
    .innerJoin(relative, eq(relative.id, kinships.relativeId));

export type KinshipRow = Awaited<ReturnType<typeof select>>[number];

/** Relations of which either person lies within a reach. */
export function kinshipsWithin(reach: Reach): SQL | undefined {
  if (reach.kind === 'all') return undefined;
  if (reach.kind === 'area') {
    const below = `${reach.areaCode}%`;
    return or(like(asker.areaCode, below), like(relative.areaCode, below));
  }
  if (reach.kind === 'elders' && reach.elderIds.length > 0) {
    const ids = [...reach.elderIds];
    return or(inArray(kinships.personId, ids), inArray(kinships.relativeId, ids));
  }
  return sql`false`;
}

/** A relation as it is shown within a reach, seen from `from` where that is one of the two. */
export function kinshipView(row: KinshipRow, reach: Reach, from?: string): KinshipView {
  const { kinship } = row;
  const own = (id: string) => reach.kind === 'elders' && reach.elderIds.includes(id);
  const isTurned = from ? from === row.relative.id : own(row.relative.id) && !own(row.asker.id);
  const relation = isTurned ? inverseOf[kinship.relation] : kinship.relation;
  const [one, other] = isTurned ? [row.relative, row.asker] : [row.asker, row.relative];
  const known = (id: string) => own(id) || (reach.kind === 'elders' && kinship.state === 'verified');
  const shown = ({ id, name }: KinshipRow['asker']) => ({ id, name: known(id) ? name : maskName(name) });
  return {
    id: kinship.id,
    relation,
    isLineal: isLinealRelation(relation),
    state: kinship.state,
    document: kinship.document,
    person: shown(one),
    relative: shown(other),
    askedAt: kinship.askedAt,
    decidedAt: kinship.decidedAt,
    endedAt: kinship.endedAt,
    reason: kinship.reason,
  };
}

/** Those that wait are asked for literally, so that their index is found. */
const stateIs = (state: KinshipState | undefined): SQL | undefined =>
  state === 'asked' ? sql`${kinships.state} = 'asked'` : state && eq(kinships.state, state);

/** Relations within reach, oldest first, at most `limit`. */
export async function listKinships(
  db: Database | Tx,
  reach: Reach,
  filter: KinshipFilter,
  limit: number,
  after: string | null,
): Promise<KinshipView[]> {
  const rows = await select(db)
    .where(
      and(
        kinshipsWithin(reach),
        filter.personId
          ? or(eq(kinships.personId, filter.personId), eq(kinships.relativeId, filter.personId))
          : undefined,
        stateIs(filter.state),
        after ? gt(kinships.id, after) : undefined,
      ),
    )
    .orderBy(asc(kinships.id))
    .limit(limit);
  return rows.map((row) => kinshipView(row, reach, filter.personId));
}

/** One relation within reach, locked until the transaction ends; refuses with `not_found`. */
export async function lockKinship(tx: Tx, reach: Reach, id: string): Promise<KinshipRow> {
  const [row] = await select(tx)
    .where(and(eq(kinships.id, id), kinshipsWithin(reach)))
    .for('update', { of: kinships });
  return row ?? refuse('not_found', 'id');
}

/** One relation with both names and birth dates, to be compared with the paper; both persons see who read it. */
export async function readKinship(tx: Tx, act: Act, reach: Reach, id: string): Promise<KinshipInFull> {
  const [row] = await select(tx).where(and(eq(kinships.id, id), kinshipsWithin(reach)));
  if (!row) refuse('not_found', 'id');
  await auditPair(tx, act, 'kinship.read', row.kinship, null);
  const full = ({ id: personId, name, birthDate, gender }: KinshipRow['asker']) => ({
    id: personId,
    name,
    birthDate,
    gender,
  });
  return { ...kinshipView(row, reach), person: full(row.asker), relative: full(row.relative) };
}

/** Writes what was done with a relation into the record of both persons. */
export async function auditPair(
  tx: Tx,
  act: Act,
  action: string,
  pair: Pick<typeof kinships.$inferSelect, 'id' | 'personId' | 'relativeId' | 'relation'>,
  reason: string | null,
): Promise<void> {
  await writeAudit(
    tx,
    act,
    [pair.personId, pair.relativeId].map((personId) => ({
      action,
      personId,
      recordId: pair.id,
      reason,
      detail: { relation: pair.relation, personId: pair.personId, relativeId: pair.relativeId },
    })),
  );
}

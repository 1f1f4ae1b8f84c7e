/** Policies: versioned, dated, with author and reason; a calculation names the one it used. */
import { and, asc, desc, eq, lte, sql } from 'drizzle-orm';
import type { BankPolicy } from '../bank/rules.ts';
import { type Assumptions, firstAssumptions } from '../bank/solvencyRules.ts';
import type { Act } from '../connect/act.ts';
import { compiled } from '../connect/compiled.ts';
import type { Database, Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { firstPlanning, type PlanningPolicy } from '../dispatch/planRules.ts';
import { type DispatchPolicy, firstDispatch } from '../dispatch/rules.ts';
import type { MessagesPolicy } from '../messages/rules.ts';
import { firstAsking } from '../orders/askingRules.ts';
import type { OrdersPolicy } from '../orders/rules.ts';
import type { ScoresPolicy } from '../quality/rules.ts';
import type { RespitePolicy } from '../respite/rules.ts';
import type { VisitsPolicy } from '../visits/rules.ts';
import { completed } from './completed.ts';
import { type CalendarPolicy, firstCalendar } from './firstCalendar.ts';
import { firstCatalogue } from './firstCatalogue.ts';
import type { PolicyKind } from './kinds.ts';
import { policies, services } from './schema.ts';

interface PolicyBodies extends Record<PolicyKind, object> {
  bank: BankPolicy;
  orders: OrdersPolicy;
  respite: RespitePolicy;
  visits: VisitsPolicy;
  messages: MessagesPolicy;
  scores: ScoresPolicy;
  solvency: Assumptions;
  catalogue: Record<string, never>;
  calendar: CalendarPolicy;
  dispatch: DispatchPolicy & { planning: PlanningPolicy };
}

export interface Policy<K extends PolicyKind> {
  id: string;
  version: number;
  effectiveFrom: Date;
  body: PolicyBodies[K];
}

export const firstBodies: PolicyBodies = {
  catalogue: {},
  calendar: firstCalendar,
  bank: {
    capMinutes: 1500 * 60,
    grantMinutes: 600,
    grantLapseMonths: 3,
    subsidyFen: { low_income: 20_000, minimum_income: 40_000, special_hardship: 60_000 },
    poolPaysFor: { keyElders: true, subsidyClasses: ['minimum_income', 'special_hardship'] },
    holdDays: 30,
    secondPersonAbove: { min: 600, fen: 100_000 },
    clearingDays: 90,
    redeemAge: 60,
  },
  orders: {
    answerMinutes: { urgent: 3, same_day: 10, normal: 120 },
    startToleranceMinutes: 30,
    freeCancelMinutes: 120,
    settleAfterHours: 48,
    homeRadiusMetres: 300,
    lateMinutes: 10,
    missedMinutes: 30,
    noCheckOutMinutes: 30,
    alertEscalateMinutes: 15,
    unassignedMinutes: 60,
    callBacks: { mostAttempts: 3, againAfterMinutes: 120 },
    complaints: { decideDays: 10 },
    disputes: { secondPersonAbove: { min: 600, fen: 100_000 }, escalateHours: 24 },
    asking: firstAsking,
    conflictGapMinutes: 30,
    planAheadDays: 14,
    planMostADay: 4,
  },
  visits: {
    clockSkewSeconds: 120,
    earlyMinutes: 120,
    uploadHours: 72,
    uploadLateMinutes: 10,
    doorStepSeconds: 30,
    doorToleranceSeconds: 90,
    editMinutesAlone: 30,
    editDays: 7,
    unlockHours: 48,
    photosEach: 3,
  },
  messages: {
    smsTemplates: [
      'offer_new',
      'visit_accepted',
      'visit_changed',
      'carer_changed',
      'bed_offered',
      'visit_cancelled',
      'visit_withdrawn',
      'helper_late',
      'visit_missed',
      'welfare_alarm',
    ],
    quiet: { fromMinute: 21 * 60, untilMinute: 7 * 60 },
    mostAttempts: 8,
    retrySeconds: 30,
    longestRetrySeconds: 3600,
    certificateDays: [30, 7],
    keepDays: 180,
    pushHosts: [
      'fcm.googleapis.com',
      'updates.push.services.mozilla.com',
      'notify.windows.com',
      'push.apple.com',
    ],
  },
  respite: {
    leastAbilityLevel: 2,
    nightsAYear: 15,
    blocksAYear: 12,
    mostNightsAtOnce: 15,
    aheadDays: 180,
    arrivalHour: 14,
    freeCancelHours: 24,
    noShowHours: 24,
    answerHours: 12,
    mostOffersPassed: 3,
    ownSharePercent: 30,
    restFromMinutes: 1440,
    restHours: 12,
  },
  scores: {
    weights: { satisfaction: 40, reliability: 30, conformity: 20, complaints: 10 },
    minimumVisits: 30,
    complaintsPerThousandAtZero: 50,
  },
  solvency: firstAssumptions,
  dispatch: { ...firstDispatch, planning: firstPlanning },
};

/** Why a city has the first version of its policies. */
const BEGINNING = '首版：采用领域规则的默认值 · first version: defaults of the domain rules';
const ADDED_LATER =
  '本市启用之后新增的规则：采用默认值 · added to the product after this city began: its defaults';

/**
 * Publishes the first version of each kind of policy, and the catalogue, that has none; returns which. Safe to repeat,
 * and for several processes at once. `others` stand in place of the defaults.
 */
export async function publishPolicies(
  tx: Tx,
  act: Act,
  effectiveFrom: Date,
  reason = BEGINNING,
  others: Partial<PolicyBodies> = {},
): Promise<PolicyKind[]> {
  const published: PolicyKind[] = [];
  for (const kind of Object.keys(firstBodies) as PolicyKind[]) {
    const id = newId(act.at);
    const made = await tx
      .insert(policies)
      .values({
        id,
        kind,
        version: 1,
        effectiveFrom,
        author: act.actorId,
        reason,
        body: (others[kind] ?? firstBodies[kind]) as unknown as Record<string, unknown>,
      })
      .onConflictDoNothing()
      .returning({ id: policies.id });
    if (made.length > 0) published.push(kind);
    if (kind === 'catalogue' && made.length > 0)
      await tx.insert(services).values(
        firstCatalogue.map((service, position) => ({
          ...service,
          payers: [...service.payers],
          policyId: id,
          position,
        })),
      );
  }
  return published;
}

/** In a city that began under an earlier version of the product: the first version of the kinds that came since. */
export function publishLaterPolicies(tx: Tx, act: Act): Promise<PolicyKind[]> {
  return publishPolicies(tx, act, act.at, ADDED_LATER);
}

/**
 * What a version says, as it was published; a field it lacks, because it came later, is as in the first version.
 * Throws when a field is not of the kind it must be, for then no rule can be applied.
 */
export function bodyOf<K extends PolicyKind>(kind: K, version: number, published: unknown): PolicyBodies[K] {
  return completed(firstBodies[kind], published, `policy ${kind}, version ${version}`) as PolicyBodies[K];
}

const inForce = compiled((db) =>
  db
    .select()
    .from(policies)
    .where(
      and(eq(policies.kind, sql.placeholder('kind')), lte(policies.effectiveFrom, sql.placeholder('at'))),
    )
    .orderBy(desc(policies.effectiveFrom), desc(policies.version))
    .limit(1),
);

/** The policy of a kind in force at an instant; throws when there is none, as no rule could then be applied. */
export async function currentPolicy<K extends PolicyKind>(
  db: Database | Tx,
  kind: K,
  at: Date,
): Promise<Policy<K>> {
  const [row] = await inForce(db, { kind, at: at.toISOString() });
  if (!row) throw new Error(`no ${kind} policy is in force`);
  const { id, version, effectiveFrom } = row;
  return { id, version, effectiveFrom, body: bodyOf(kind, version, row.body) };
}

/** The policy of a kind in force at an instant of the past; before the first took effect, the first. */
export async function policyAt<K extends PolicyKind>(
  db: Database | Tx,
  kind: K,
  at: Date,
): Promise<Policy<K>> {
  const [first] = await db
    .select({ effectiveFrom: policies.effectiveFrom })
    .from(policies)
    .where(eq(policies.kind, kind))
    .orderBy(asc(policies.effectiveFrom))
    .limit(1);
  return currentPolicy(db, kind, first && first.effectiveFrom > at ? first.effectiveFrom : at);
}

/** Every version of every policy, newest first. */
export function allPolicies(db: Database) {
  return db.select().from(policies).orderBy(asc(policies.kind), desc(policies.version)).limit(200);
}

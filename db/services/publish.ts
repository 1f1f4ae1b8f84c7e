/** Publishing a version of a policy: dated, with author and reason; what was published before stays as it is. */
import { eq, max, sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { faultIn } from './bodyRules.ts';
import { aboveCeiling } from './ceilings.ts';
import { completed } from './completed.ts';
import type { PolicyKind } from './kinds.ts';
import { firstBodies, policyAt } from './policies.ts';
import { policies, services } from './schema.ts';

/** A service as the city describes it; its place in the list is its place in the catalogue. */
export type NewService = Omit<typeof services.$inferInsert, 'policyId' | 'position'>;

export interface NewPolicy {
  kind: Exclude<PolicyKind, 'catalogue'>;
  /** What it lacks stays as in the version in force at that instant. */
  body: Record<string, unknown>;
}

export interface Publication {
  /** From when it is in force, not before now. */
  effectiveFrom: Date;
  reason: string;
}

export type PolicyRow = typeof policies.$inferSelect;

/** Publishes figures. Refuses a field that the policy does not know that is of another kind, or that is above its ceiling, naming it. */
export async function publishPolicy(
  tx: Tx,
  act: Act,
  { kind, body, ...publication }: NewPolicy & Publication,
): Promise<PolicyRow> {
  const fault = faultIn(firstBodies[kind], body);
  if (fault !== null) refuse('invalid', `body.${fault}`);
  const above = aboveCeiling(kind, body);
  if (above) refuse('invalid', `body.${above.field}`, { max: above.max });
  const before = await policyAt(tx, kind, publication.effectiveFrom);
  return write(tx, act, kind, completed(before.body, body, kind) as Record<string, unknown>, publication);
}

/** Publishes a whole catalogue. What was booked under an earlier one keeps its price, share and length (S1). */
export async function publishCatalogue(
  tx: Tx,
  act: Act,
  catalogue: readonly NewService[],
  publication: Publication,
): Promise<PolicyRow> {
  if (new Set(catalogue.map((one) => one.code)).size < catalogue.length) refuse('invalid', 'services');
  for (const { code, blockMinutes, defaultMinutes } of catalogue)
    if (blockMinutes && !blockMinutes.includes(defaultMinutes)) refuse('invalid', `services.${code}`);
  const policy = await write(tx, act, 'catalogue', {}, publication);
  await tx
    .insert(services)
    .values(catalogue.map((service, position) => ({ ...service, policyId: policy.id, position })));
  return policy;
}

async function write(
  tx: Tx,
  act: Act,
  kind: PolicyKind,
  body: Record<string, unknown>,
  { effectiveFrom, reason }: Publication,
): Promise<PolicyRow> {
  if (effectiveFrom < act.at) refuse('too_late', 'effectiveFrom');
  // One after the other, so that each has a number of its own.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`huzhu.policy.${kind}`}))`);
  const [last] = await tx
    .select({ version: max(policies.version) })
    .from(policies)
    .where(eq(policies.kind, kind));
  const row = {
    id: newId(act.at),
    kind,
    version: (last?.version ?? 0) + 1,
    effectiveFrom,
    author: act.actorId,
    reason,
    body,
  };
  await tx.insert(policies).values(row);
  await writeAudit(tx, act, [
    {
      action: 'policy.published',
      recordId: row.id,
      reason,
      detail: { kind, version: row.version, effectiveFrom: effectiveFrom.toISOString() },
    },
  ]);
  return row;
}

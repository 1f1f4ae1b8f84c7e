/**
 * Checking in and out by telephone (S7): whoever visits calls the hotline from the elder's home and says the order's number
 * and the six digits that were told for this visit and this way. Each number works once, because the visit moves on.
 */
import { type Act, refuse } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Tx } from '../connect/database.ts';
import { orderOfNumber } from '../orders/ofNumber.ts';
import { isTelephoneOf } from '../people/telephone.ts';
import { checkIn, checkOut } from './check.ts';
import { phoneCode } from './doorCodes.ts';
import type { VisitRow } from './plan.ts';
import { visits } from './schema.ts';

export interface TelephoneCheck {
  orderNumber: number;
  kind: 'check_in' | 'check_out';
  code: string;
  /** The number the call came from, where the exchange tells it. */
  callerPhone?: string | null;
}

const DAY = 86_400_000;

/**
 * Takes a check by telephone; returns the visit. Refuses a number or code that fit no visit of about today. A call that
 * is not known to come from the home's telephone is taken, marked, and trusted no more than a word.
 */
export async function checkByTelephone(tx: Tx, act: Act, call: TelephoneCheck): Promise<VisitRow> {
  const order = await orderOfNumber(tx, call.orderNumber);
  const ids = order?.visitIds ?? [];
  const rows = ids.length ? await tx.select().from(visits).where(anyOf(visits.id, ids)) : [];
  const visit = rows.find(({ id }) => phoneCode(id, call.kind) === call.code);
  if (!visit || Math.abs(visit.plannedStartAt.getTime() - act.at.getTime()) > DAY)
    refuse('wrong_code', 'code');
  const fromHome = Boolean(call.callerPhone && (await isTelephoneOf(tx, visit.elderId, call.callerPhone)));
  const [checked] = await (call.kind === 'check_in' ? checkIn : checkOut)(tx, act, [
    {
      visitId: visit.id,
      method: 'phone',
      position: null,
      accuracyMetres: null,
      deviceAt: act.at,
      fromHome,
    },
  ]);
  if (!checked) throw new Error('a check by telephone was not taken');
  return checked;
}

/** What a visit of an elder's would cost by each way of paying, before it is booked (S1, S12). */
import { refuse } from '../connect/act.ts';
import type { Database } from '../connect/database.ts';
import { eldersToServe } from '../people/eldersToServe.ts';
import { catalogueAt } from '../services/catalogue.ts';
import { termsOf, toPay, type VisitTerms } from '../services/rules.ts';
import { expectLength } from './book.ts';
import type { Payer } from './rules.ts';

export interface Price extends VisitTerms {
  payer: Payer;
  /** Minutes set aside on the time account; 0 for every other way of paying. */
  holdMinutes: number;
}

/** The same terms as `bookOrders` settles, for each payer of the service. Refuses an unknown elder, service or length. */
export async function pricesOf(
  db: Database,
  { elderId, serviceCode, minutes }: { elderId: string; serviceCode: string; minutes?: number },
  at: Date,
): Promise<Price[]> {
  const [catalogue, elders] = await Promise.all([catalogueAt(db, at), eldersToServe(db, [elderId])]);
  const elder = elders.get(elderId);
  if (!elder) refuse('not_found', 'elderId');
  const service = catalogue.byCode.get(serviceCode);
  if (!service) refuse('not_offered', 'serviceCode', { serviceCode });
  const long = minutes ?? service.defaultMinutes;
  expectLength(service, long);
  return (service.payers as Payer[]).map((payer): Price => {
    const terms = termsOf(service, payer, long, elder.abilityLevel);
    const held = toPay({ payer, minutes: long, ...terms }, service.multiplierPercent);
    return { payer, ...terms, holdMinutes: held?.currency === 'min' ? held.amount : 0 };
  });
}

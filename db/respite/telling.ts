/** What the elder's side is told while it waits for a bed (S6). */
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { sendMessages } from '../messages/send.ts';
import { elderSideOf } from '../people/elderSideOf.ts';
import { nightCount, nightsOf } from './rules.ts';
import type { StayRow } from './stay.ts';

/** Tells of a bed that is kept until the stay's `answerBy`, or that was kept in vain; each offer is told once. */
export async function tellOfBed(
  tx: Tx,
  act: Act,
  offered: StayRow,
  template: 'bed_offered' | 'bed_passed',
): Promise<void> {
  const side = (await elderSideOf(tx, [offered.elderId], act.at)).get(offered.elderId);
  const nights = nightsOf(offered.nights);
  await sendMessages(
    tx,
    act,
    (side?.personIds ?? []).map((personId) => ({
      personId,
      template,
      key: `${offered.id}:${offered.offersPassed}`,
      ...(template === 'bed_offered' && offered.answerBy ? { until: offered.answerBy } : {}),
      params: {
        elder: side?.name ?? '',
        on: nights.first,
        nights: nightCount(nights),
        until: offered.answerBy?.toISOString() ?? '',
      },
    })),
  );
}

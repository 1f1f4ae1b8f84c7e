import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { perform } from '../../../db/connect/act.ts';
import { askEdit } from '../../../db/visits/edits.ts';
import { explainCheck } from '../../../db/visits/explain.ts';
import { recordOf } from '../../../db/visits/record.ts';
import { findVisit } from '../../../db/visits/views.ts';
import { actOf, later, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';
import { acceptedOrder, arrive, leave } from '../../support/visits.ts';

let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
});
afterEach(() => city.close());

const all = { kind: 'all' } as const;
const overlapsOf = async (id: string) => (await recordOf(city.db, all, id, city.at))?.overlaps;
const mend = (visitId: string, times: { checkInAt?: Date; checkOutAt?: Date }) =>
  perform(city.db, actOf('dispatcher', city.at), (tx, act) =>
    askEdit(tx, act, {
      visitId,
      ...times,
      reasonCode: 'entry_error_219',
      actionCode: 'confirmed_family_12',
      note: '家属来电核实',
      personId: null,
    }),
  );

describe('one person at two visits at once (S8, C8)', () => {
  it('is an exception on both, by check, late upload or edit, and holds nothing up', async () => {
    const first = await acceptedOrder(city);
    const begins = first.startAt;
    await arrive(city, first.id);
    const second = await acceptedOrder(city, { startAt: later(begins, 90) });
    const [one, two] = [first.visitId as string, second.visitId as string];
    expect(second.assigneeId).toBe(first.assigneeId);
    expect(await overlapsOf(one)).toEqual([]);

    await arrive(city, second.id);
    expect((await city.order(second.id)).state, 'the service goes on').toBe('started');
    const standing = { from: later(begins, 90), until: null, foundAt: city.at, clearedAt: null };
    expect(await overlapsOf(one)).toMatchObject([standing]);
    expect(await overlapsOf(two)).toMatchObject([standing]);
    expect((await findVisit(city.db, all, two))?.atTwoVisits).toBe(true);

    const tell = () =>
      city.try('volunteer', (tx, act) =>
        explainCheck(tx, act, {
          visitId: one,
          about: 'two_visits',
          reasonCode: 'no_call_out_209',
          text: '忘了签退',
        }),
      );
    expect((await tell()).ok).toBe(true);
    const told = await recordOf(city.db, all, one, city.at);
    expect(told?.notes).toMatchObject([{ about: 'two_visits', reasonCode: 'no_call_out_209' }]);

    // What the phone had recorded comes late: the first visit was over before the second began.
    await leave(city, first.id, { deviceAt: later(begins, 80) });
    expect(await overlapsOf(two)).toMatchObject([{ from: null, clearedAt: city.at }]);
    expect((await findVisit(city.db, all, two))?.atTwoVisits).toBe(false);
    expect(refusalOf(await tell())?.code).toBe('not_found');

    city.wait(5);
    expect((await mend(two, { checkInAt: later(begins, 79) })).ok).toBe(true);
    expect(await overlapsOf(one), 'a minute is what two clocks may differ').toHaveLength(1);
    expect((await mend(two, { checkInAt: later(begins, 65) })).ok).toBe(true);
    expect(await overlapsOf(one)).toMatchObject([
      { from: later(begins, 65), until: later(begins, 80), clearedAt: null },
      { clearedAt: expect.any(Date) },
    ]);

    for (const change of [
      city.sql`update visit_overlaps set found_at = now()`,
      city.sql`update visit_overlaps set cleared_at = null`,
      city.sql`delete from visit_overlaps`,
    ])
      await expect(change).rejects.toMatchObject({ code: 'HZ002' });
  });
});

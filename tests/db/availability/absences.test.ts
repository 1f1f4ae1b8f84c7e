import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AbsenceInput, endAbsences, recordAbsences } from '../../../db/availability/absence.ts';
import { recordCertificates, revokeCertificate } from '../../../db/availability/certificates.ts';
import { helpersOf, helperWithin } from '../../../db/availability/helperOf.ts';
import { setHours } from '../../../db/availability/hours.ts';
import { perform } from '../../../db/connect/act.ts';
import { type OpenDatabase, openDatabase } from '../../../db/connect/database.ts';
import { candidatesFor } from '../../../db/orders/candidates.ts';
import { answerOffers, sendOffers } from '../../../db/orders/offer.ts';
import type { OrderRow } from '../../../db/orders/transition.ts';
import { openUsers } from '../../../db/people/openUsers.ts';
import { setShifts } from '../../../db/providers/shifts.ts';
import { certificates } from '../../../worker/tasks/certificates.ts';
import {
  actOf,
  DISTRICT,
  ids,
  later,
  refusalOf,
  type SmallCity,
  smallCity,
} from '../../support/smallCity.ts';
import { acceptedOrder } from '../../support/visits.ts';

let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
  await city.bank(ids.wang, 6000);
});
afterEach(() => city.close());

const everyone = { kind: 'all' } as const;
async function away(personId: string, more: Partial<AbsenceInput> = {}): Promise<AbsenceInput> {
  const helper = await helperWithin(city.db, everyone, personId);
  return {
    helper,
    kind: 'leave',
    startAt: city.at,
    endAt: later(city.at, 24 * 60),
    reason: '家中有事',
    redispatch: false,
    ...more,
  };
}
const record = (item: AbsenceInput) => city.try('station', (tx, act) => recordAbsences(tx, act, [item]));

async function excludedOf(order: OrderRow, personId: string): Promise<string[]> {
  const { candidates, excluded } = (await candidatesFor(city.db, [order.id], city.at)).get(order.id)!;
  return candidates.some((one) => one.personId === personId) ? [] : excluded.map(({ rule }) => rule);
}

describe('who is absent', () => {
  it('is not asked for that time, and is asked again once the absence is ended', async () => {
    const order = await city.book();
    expect(await excludedOf(order, ids.near)).toEqual([]);
    const [absence] = await city.do('station', async (tx, act) =>
      recordAbsences(tx, act, [await away(ids.near)]),
    );
    expect(await excludedOf(order, ids.near)).toEqual(['absent']);
    expect(refusalOf(await record(await away(ids.near)))).toMatchObject({ code: 'absence_overlaps' });
    await city.do('station', (tx, act) => endAbsences(tx, act, [absence!.id]));
    expect(await excludedOf(order, ids.near)).toEqual([]);
    expect(
      refusalOf(await city.try('station', (tx, act) => endAbsences(tx, act, [absence!.id]))),
    ).toMatchObject({
      code: 'already_done',
    });
  });

  it('with visits promised is asked to have them arranged anew; then they are, and the elder is told', async () => {
    await city.do('system', (tx, act) =>
      openUsers(tx, act, [
        { username: 'wang', name: '王秀英', role: 'elder', passwordHash: null, personId: ids.wang },
      ]),
    );
    const order = await acceptedOrder(city);
    const refused = refusalOf(await record(await away(ids.near)));
    expect(refused).toMatchObject({ code: 'visits_booked', field: 'redispatch', params: { count: 1 } });
    expect(refused?.params?.visits).toContain(String(order.number));
    expect((await city.order(order.id)).state).toBe('accepted');

    const [absence] = await city.do('station', async (tx, act) =>
      recordAbsences(tx, act, [await away(ids.near, { redispatch: true })]),
    );
    expect(absence?.redispatched.map((visit) => visit.orderId)).toEqual([order.id]);
    expect(await city.order(order.id)).toMatchObject({ state: 'requested', assigneeId: null });
    expect(await excludedOf(await city.order(order.id), ids.near)).toEqual(['absent']);
    const told =
      await city.sql`select template from messages where recipient_id = ${ids.wang} order by template`;
    expect(told.map((row) => row.template)).toEqual(['visit_accepted', 'visit_changed']);
  });

  it('falls sick without being asked anything', async () => {
    const order = await acceptedOrder(city);
    await city.do('station', async (tx, act) =>
      recordAbsences(tx, act, [await away(ids.near, { kind: 'sick' })]),
    );
    expect((await city.order(order.id)).state).toBe('requested');
  });

  it('never has a visit promised, by plain SQL from either side', async () => {
    const order = await acceptedOrder(city);
    const over = city.sql`insert into absences (id, person_id, kind, start_at, end_at, recorded_by, recorded_at)
      values (${order.id}, ${ids.near}, 'leave', ${city.at}, ${later(city.at, 600)}, 'x', ${city.at})`;
    await expect(over).rejects.toMatchObject({ code: 'HZ001', message: 'visits_booked' });
    await city.do('station', async (tx, act) => recordAbsences(tx, act, [await away(ids.middle)]));
    const into = city.sql`update commitments set person_id = ${ids.middle} where order_id = ${order.id}`;
    await expect(into).rejects.toMatchObject({ code: 'HZ001', message: 'person_absent' });
  });
});

describe('an absence and an acceptance at the same time', () => {
  let other: OpenDatabase;
  beforeEach(() => {
    other = openDatabase(city.config, 'other');
  });
  afterEach(() => other.close());

  it('never leave an accepted visit inside the absence, whichever comes first', async () => {
    for (let round = 0; round < 6; round++) {
      const startAt = later(city.at, 60 + 120 * round);
      const order = await city.book({ startAt });
      const [offer] = await city.do('system', (tx, act) =>
        sendOffers(tx, act, [
          {
            orderId: order.id,
            kind: 'volunteer',
            personId: ids.near,
            providerId: null,
            wave: 1,
            distanceMetres: 0,
            score: 0,
            terms: [],
          },
        ]),
      );
      const absence = await away(ids.near, {
        startAt,
        endAt: later(startAt, 60),
        redispatch: round % 2 === 0,
      });
      const [accepted, recorded] = await Promise.all([
        perform(other.db, actOf('volunteer', city.at), (tx, act) =>
          answerOffers(tx, act, [{ offerId: offer!.id, answer: 'accepted' }]),
        ),
        record(absence),
      ]);
      const inside = await city.sql`
        select from commitments c join absences a on a.person_id = c.person_id and a.during && c.during`;
      expect(inside).toHaveLength(0);
      const codes = [accepted, recorded].map((one) => refusalOf(one)?.code ?? 'done');
      expect(['done done', 'person_absent done', 'done visits_booked']).toContain(codes.join(' '));
    }
  });
});

describe('hours, shifts and certificates', () => {
  it('keep volunteers who chose hours from being asked outside them', async () => {
    const order = await city.book({ startAt: later(city.at, 60) });
    await city.do('volunteer', (tx, act) =>
      setHours(tx, act, ids.near, [{ weekday: 1, startMinute: 11 * 60, endMinute: 12 * 60 }]),
    );
    expect(await excludedOf(order, ids.near)).toEqual([]);
    const longer = await city.book({ startAt: later(city.at, 60), minutes: 90, elderId: ids.wang });
    expect(await excludedOf(longer, ids.near)).toEqual(['hours']);
    await city.do('volunteer', (tx, act) => setHours(tx, act, ids.near, []));
    expect(await excludedOf(longer, ids.near)).toEqual([]);
  });

  it('let a carer on a shift over midnight be asked after midnight, and over it on two that touch', async () => {
    const atOne = later(city.at, 15 * 60);
    const order = await city.book({ startAt: atOne, serviceCode: 'bathing', payer: 'self' });
    expect(await excludedOf(order, ids.carer)).toContain('shift');
    await city.do('provider', (tx, act) =>
      setShifts(tx, act, ids.carer, [
        { weekday: 1, startMinute: 8 * 60, endMinute: 12 * 60 },
        { weekday: 1, startMinute: 22 * 60, endMinute: 30 * 60 },
      ]),
    );
    expect(await excludedOf(order, ids.carer)).toEqual([]);
    const wholeDays = (...weekdays: number[]) =>
      city.do('provider', (tx, act) =>
        setShifts(
          tx,
          act,
          ids.carer,
          weekdays.map((weekday) => ({ weekday, startMinute: 0, endMinute: 1440 })),
        ),
      );
    const overMidnight = await city.book({
      startAt: later(city.at, 13.5 * 60),
      serviceCode: 'bathing',
      payer: 'self',
    });
    await wholeDays(1);
    expect(await excludedOf(overMidnight, ids.carer), 'only until midnight').toContain('shift');
    await wholeDays(1, 2);
    expect(await excludedOf(overMidnight, ids.carer)).toEqual([]);
    await wholeDays(1, 3);
    expect(await excludedOf(overMidnight, ids.carer)).toContain('shift');
    await wholeDays(2);
    await city.do('provider', async (tx, act) => recordAbsences(tx, act, [await away(ids.carer)]));
    expect(await excludedOf(order, ids.carer)).toContain('absent');
  });

  it('keep whoever lacks a certificate that the service needs, on the day, from being asked', async () => {
    const order = await city.book();
    await city.sql`alter table services disable trigger user`;
    await city.sql`update services set certificates = '{health}' where code = 'companionship'`;
    expect(await excludedOf(order, ids.near)).toEqual(['certificate']);
    const certificate = { personId: ids.near, kind: 'health', number: 'H-1', validFrom: '2020-01-01' };
    const day = later(order.startAt, 8 * 60)
      .toISOString()
      .slice(0, 10);
    const [id] = await city.do('station', (tx, act) =>
      recordCertificates(tx, act, [{ ...certificate, validUntil: day }]),
    );
    expect(await excludedOf(order, ids.near)).toEqual([]);
    await city.do('station', (tx, act) => revokeCertificate(tx, act, id!, '证书系伪造'));
    expect(await excludedOf(order, ids.near)).toEqual(['certificate']);
  });

  it('are told of 30 and 7 days before they run out, each once', async () => {
    const until = later(city.at, 40 * 24 * 60)
      .toISOString()
      .slice(0, 10);
    await city.do('station', (tx, act) =>
      recordCertificates(tx, act, [
        { personId: ids.carer, kind: 'health', number: 'H-2', validFrom: '2020-01-01', validUntil: until },
      ]),
    );
    const told = async () => {
      await city.work(certificates);
      await city.work(certificates);
      const rows = await city.sql`select from messages where recipient_id = ${ids.provider}`;
      return rows.length;
    };
    expect(await told()).toBe(0);
    city.wait(10 * 24 * 60);
    expect(await told()).toBe(1);
    city.wait(24 * 60);
    expect(await told()).toBe(1);
    city.wait(25 * 24 * 60);
    expect(await told()).toBe(2);
  });
});

describe('whose time a desk may look after', () => {
  it('is that of its own volunteers, wherever they live, and of nobody else', async () => {
    await city.sql`update persons set area_code = ${DISTRICT} where id = ${ids.near}`;
    const seen = async (areaCode: string) => [
      ...(await helpersOf(city.db, { kind: 'area', areaCode }, [ids.near, ids.carer])).keys(),
    ];
    expect(await seen('320102001001')).toEqual([ids.near]);
    expect(await seen(DISTRICT)).toEqual([ids.near]);
    expect(await seen('320102002')).toEqual([]);
  });
});

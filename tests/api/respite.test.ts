/** Respite and contracts over HTTP: who sees and does what. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayAfter, dayOf } from '../../db/connect/days.ts';
import { elderPhone, ids } from './support/city.ts';
import { type Client, type Front, openFront } from './support/front.ts';

let front: Front;
let family: Client;
let provider: Client;
let other: Client;
beforeAll(async () => {
  front = await openFront();
  family = await front.as('family');
  provider = await front.as('provider');
  other = await front.as('provider2');
});
afterAll(() => front.close());

const today = dayOf(new Date());
const night = (ahead: number) => dayAfter(today, ahead);
const stay = (ahead: number, more = {}) => ({
  elderId: ids.elder,
  kind: 'nursing',
  firstNight: night(ahead),
  lastNight: night(ahead),
  payer: 'self',
  ...more,
});

describe('respite over HTTP', () => {
  it('shows free beds to everybody, lets the family book and the provider receive the guest', async () => {
    const beds = ['A1', 'A2'].map((label) => ({
      kind: 'nursing',
      label,
      priceFen: 18_000,
      serviceFrom: today,
    }));
    expect((await provider.post('/api/v1/beds', { items: beds })).status).toBe(201);
    expect((await provider.post('/api/v1/beds', { items: beds })).body).toMatchObject({
      code: 'already_done',
    });

    const booked = await family.post<{ id: string }>('/api/v1/stays', stay(0));
    expect(booked).toMatchObject({
      status: 201,
      body: { state: 'booked', provider: { id: ids.provider }, nights: 1 },
    });
    const calendar = await front
      .stranger()
      .get<{ items: { free: number[]; beds: number }[] }>(
        `/api/v1/beds/calendar?month=${today.slice(0, 7)}&kind=nursing`,
      );
    expect(calendar.body.items[0]).toMatchObject({ beds: 2 });
    expect(calendar.body.items[0]?.free[Number(today.slice(8)) - 1]).toBe(1);

    const path = `/api/v1/stays/${booked.body.id}`;
    expect((await other.get(path)).status).toBe(404);
    expect((await other.post(`${path}/arrive`)).status).toBe(404);
    expect((await provider.post(`${path}/arrive`)).body).toMatchObject({
      state: 'arrived',
      elder: { name: '王秀英' },
    });
    const note = { moment: 'arrival', text: '对青霉素过敏' };
    expect((await provider.post(`${path}/handover`, note)).status).toBe(201);
    expect((await family.get(`${path}/handover`)).body).toMatchObject({ items: [note] });
    expect((await other.get(`${path}/handover`)).status).toBe(404);
    expect((await provider.post(`${path}/leave`)).body).toMatchObject({ state: 'settled', nightsStayed: 1 });
    expect((await family.get(`/api/v1/elders/${ids.elder}/respite`)).body).toMatchObject({
      nights: 1,
      nightsAYear: 15,
    });
    expect((await family.get(`/api/v1/elders/${ids.otherElder}/respite`)).status).toBe(404);
  });

  it('has a waiting list with a place in it', async () => {
    const wish = stay(5, { kind: 'dementia', payer: 'subsidy' });
    expect((await family.post('/api/v1/stays', wish)).body).toMatchObject({
      code: 'no_bed_free',
      field: 'nights',
    });
    const waiting = await family.post<{ id: string }>('/api/v1/stays', {
      ...wish,
      waiting: { flexibleDays: 2 },
    });
    expect(waiting.body).toMatchObject({ state: 'waiting', waiting: { place: 1, of: 1 } });
    const ended = await family.post(`/api/v1/stays/${waiting.body.id}/cancel`, { reason: '不需要了' });
    expect(ended.body).toMatchObject({ state: 'cancelled', waiting: null });
  });
});

describe('contracts over HTTP', () => {
  it('are drafted by the provider, signed by both, and seen by no other provider', async () => {
    const made = await provider.post<{ id: string }>('/api/v1/contracts', {
      elder: { name: '王秀英', phone: elderPhone },
      startsOn: today,
      endsOn: null,
      leastVisits: 4,
      services: [{ serviceCode: 'family_care_bed', timesAMonth: 4 }],
      equipment: [{ code: 'care_bed', name: '护理床', serial: 'HB-1' }],
      documentDigest: 'b'.repeat(64),
    });
    expect(made).toMatchObject({ status: 201, body: { state: 'draft', elder: { name: '王**' } } });
    const path = `/api/v1/contracts/${made.body.id}`;
    expect((await other.post(`${path}/sign`)).status).toBe(404);
    expect((await provider.post(`${path}/sign`)).body).toMatchObject({ state: 'draft' });
    expect((await family.post(`${path}/sign`)).body).toMatchObject({
      state: 'active',
      elder: { name: '王秀英' },
    });
    expect((await other.get('/api/v1/contracts')).body).toMatchObject({ items: [] });
    const regulator = await front.as('regulator');
    expect((await regulator.get('/api/v1/contracts')).body).toMatchObject({
      items: [{ elder: { name: '王**' } }],
    });
  });
});

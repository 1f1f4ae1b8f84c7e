/** What phones recorded without a network, sent through the front door (S9). */
import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elderPhone, ids } from './support/city.ts';
import { type Client, type Front, openFront } from './support/front.ts';

const MINUTE = 60_000;
let front: Front;
let elder: Client;
let volunteer: Client;
let dispatcher: Client;
beforeAll(async () => {
  front = await openFront();
  elder = await front.as('elder');
  volunteer = await front.as('volunteer');
  dispatcher = await front.as('dispatcher');
});
afterAll(() => front?.close());

const soon = (minutes: number) => new Date(Date.now() + minutes * MINUTE);

interface Phone {
  id: string;
  key: KeyObject;
  counter: number;
}

async function newPhone(): Promise<Phone> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const id = randomUUID();
  const der = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const known = await volunteer.post('/api/v1/devices', { id, publicKey: der, label: '测试手机' });
  expect([known.status, known.body]).toEqual([200, { id }]);
  return { id, key: privateKey, counter: 0 };
}

function recorded(phone: Phone, visitId: string, kind: string, data: object, deviceAt = soon(0)) {
  phone.counter += 1;
  const said = {
    id: randomUUID(),
    deviceId: phone.id,
    counter: phone.counter,
    visitId,
    kind,
    deviceAt,
    data,
  };
  const signed = JSON.stringify(said);
  const signature = sign('sha256', Buffer.from(signed), { key: phone.key, dsaEncoding: 'ieee-p1363' });
  return { signed, signature: signature.toString('base64') };
}

interface Upload {
  skewSeconds: number;
  events: { outcome: string; code?: string; message?: string; visit?: Visit }[];
}
interface Visit {
  id: string;
  state: string;
  orderId: string;
  orderNumber: string;
  phoneCodes: { checkIn: string; checkOut: string } | null;
  tasks: { code: string; done: boolean }[];
  superseded: { kind: string; method: string }[];
  checkIn: { at: string; receivedAt: string; skewSeconds: number; trust: number; exception: string | null };
}

const send = (phone: Phone, events: object[], sentAt = soon(0)) =>
  volunteer.post<Upload>('/api/v1/visits/uploads', { deviceId: phone.id, sentAt, events });
const outcomes = ({ body }: { body: Upload }) => body.events.map(({ outcome }) => outcome);

const door = { method: 'gps', lat: 32.05, lon: 118.8, accuracyM: 9 };

/** An accepted visit of the volunteer that begins in five minutes; the time of earlier ones is free again. */
async function plannedVisit(): Promise<Visit> {
  const startAt = soon(5);
  await front.database.sql`delete from commitments`;
  const order = await elder.post<{ id: string }>('/api/v1/orders', {
    elderId: ids.elder,
    serviceCode: 'companionship',
    payer: 'time_bank',
    minutes: 15,
    startAt,
    despiteConflicts: true,
  });
  expect(order.status, JSON.stringify(order.body)).toBe(201);
  const byHand = { personId: ids.volunteer, reason: '由老人指定' };
  const asked = await dispatcher.post(`/api/v1/orders/${order.body.id}/assign`, byHand);
  expect(asked.status, JSON.stringify(asked.body)).toBe(200);
  const open = await volunteer.get<{ items: { id: string; order: { id: string } }[] }>(
    '/api/v1/offers?state=open',
  );
  const offer = open.body.items.find((one) => one.order.id === order.body.id);
  expect((await volunteer.post(`/api/v1/offers/${offer?.id}/accept`)).status).toBe(200);
  const day = new Date(startAt.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
  const { body } = await volunteer.get<{ items: Visit[] }>(`/api/v1/visits?date=${day}`);
  return body.items.find((one) => one.orderId === order.body.id) as Visit;
}

describe('what a phone recorded', () => {
  it('is taken exactly once, however often and in whatever order it is sent', async () => {
    const [phone, visit] = [await newPhone(), await plannedVisit()];
    const began = soon(-60);
    const acts = [
      recorded(phone, visit.id, 'check_in', door, began),
      recorded(phone, visit.id, 'note', { text: '老人精神很好' }, soon(-50)),
      recorded(phone, visit.id, 'check_out', door, soon(-40)),
    ];
    const [comes, note, goes] = acts as [object, object, object];
    expect(outcomes(await send(phone, [goes, comes, note]))).toEqual(['taken', 'taken', 'taken']);
    const again = await Promise.all([send(phone, [note, goes]), send(phone, acts), send(phone, [comes])]);
    expect(again.flatMap(outcomes)).toEqual(Array.from({ length: 6 }, () => 'known'));
    const seen = again[1]?.body.events[0]?.visit as Visit;
    expect([seen.state, seen.checkIn.at]).toEqual(['finished', began.toISOString()]);
    expect(Date.parse(seen.checkIn.receivedAt)).toBeGreaterThan(began.getTime() + 59 * MINUTE);
    const [kept] = await front.database.sql`
      select (select count(*)::int from visit_evidence where visit_id = ${visit.id}) as evidence,
        (select count(*)::int from visit_notes where visit_id = ${visit.id}) as notes`;
    expect(kept).toEqual({ evidence: 2, notes: 1 });
  });

  it('is taken when it comes again after what it waits for, and is not asked for by another id', async () => {
    const [phone, visit] = [await newPhone(), await plannedVisit()];
    const comes = recorded(phone, visit.id, 'check_in', door, soon(-30));
    const goes = recorded(phone, visit.id, 'check_out', door, soon(-20));
    const early = await send(phone, [goes]);
    expect(early.body.events[0]).toMatchObject({
      outcome: 'refused',
      code: 'wrong_state',
      message: expect.stringContaining('planned'),
    });
    expect(outcomes(await send(phone, [comes]))).toEqual(['taken']);
    expect(outcomes(await send(phone, [goes]))).toEqual(['taken']);
    expect(outcomes(await send(phone, [goes, comes]))).toEqual(['known', 'known']);
  });

  it('by a clock that is two hours ahead is flagged and not refused', async () => {
    const [phone, visit] = [await newPhone(), await plannedVisit()];
    const sent = await send(phone, [recorded(phone, visit.id, 'check_in', door, soon(119))], soon(120));
    expect(outcomes(sent)).toEqual(['taken']);
    expect(Math.abs(sent.body.skewSeconds - 7200)).toBeLessThan(30);
    const seen = sent.body.events[0]?.visit as Visit;
    expect(Math.abs(seen.checkIn.skewSeconds - 7200)).toBeLessThan(30);
    const [row] = await front.database.sql<
      { at: Date }[]
    >`select check_in_at as at from visits where id = ${visit.id}`;
    expect(Math.abs((row?.at.getTime() ?? 0) - soon(-1).getTime())).toBeLessThan(30_000);
  });

  it('after a check by telephone is kept as evidence, and what stands is the telephone', async () => {
    const [phone, visit] = [await newPhone(), await plannedVisit()];
    const call = { orderNumber: visit.orderNumber, kind: 'check_in', code: visit.phoneCodes?.checkIn };
    const wrong = await dispatcher.post('/api/v1/telephone-checks', {
      ...call,
      code: visit.phoneCodes?.checkOut,
    });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'wrong_code']);
    const taken = await dispatcher.post('/api/v1/telephone-checks', { ...call, callerPhone: '13900000000' });
    expect([taken.status, taken.body.state]).toEqual([200, 'started']);
    const twice = await dispatcher.post('/api/v1/telephone-checks', call);
    expect([twice.status, twice.body.code]).toEqual([409, 'already_done']);
    const act = recorded(phone, visit.id, 'check_in', door);
    for (const sent of [await send(phone, [act]), await send(phone, [act])]) {
      expect(sent.body.events[0]).toMatchObject({ outcome: 'superseded', code: 'check_superseded' });
      expect(sent.body.events[0]?.visit).toMatchObject({
        checkIn: { trust: 2, exception: 'other_telephone' },
        superseded: [{ kind: 'check_in', method: 'gps' }],
      });
    }
  });

  it('with the code shown at the door is trusted most, and one shown at another time is marked', async () => {
    const [phone, visit] = [await newPhone(), await plannedVisit()];
    const { body } = await elder.get<{ steps: { text: string }[] }>(
      `/api/v1/orders/${visit.orderId}/door-qr`,
    );
    const [now, another] = [body.steps[0]?.text, body.steps.at(-1)?.text];
    const comes = recorded(phone, visit.id, 'check_in', { ...door, method: 'qr', code: now });
    const first = await send(phone, [comes]);
    expect(first.body.events[0]?.visit?.checkIn).toMatchObject({ trust: 5, exception: null });
    const goes = recorded(phone, visit.id, 'check_out', { method: 'qr', code: another });
    expect(outcomes(await send(phone, [goes]))).toEqual(['taken']);
    const [evidence] = await front.database.sql`
      select trust, exception from visit_evidence where visit_id = ${visit.id} and kind = 'check_out'`;
    expect(evidence).toEqual({ trust: 2, exception: 'code_stale' });
  });

  it('is refused with a wrong signature, from an unknown phone, and for another person’s visit', async () => {
    const [phone, visit] = [await newPhone(), await plannedVisit()];
    const act = recorded(phone, visit.id, 'check_in', door);
    const forged = await send(phone, [{ ...act, signed: act.signed.replace('118.8', '118.9') }]);
    expect(forged.body.events[0]).toMatchObject({ outcome: 'refused', code: 'wrong_signature' });
    const stranger = await send({ ...phone, id: randomUUID() }, [act]);
    expect([stranger.status, stranger.body]).toMatchObject([404, { field: 'deviceId' }]);
    const elsewhere = await send(phone, [recorded(phone, randomUUID(), 'check_in', door)]);
    expect(elsewhere.body.events[0]).toMatchObject({ outcome: 'refused', code: 'not_found' });
    const broken = await send(phone, [{ ...act, signed: '{"id":1}' }]);
    expect([broken.status, broken.body]).toMatchObject([422, { code: 'validation_failed' }]);
    const odd = recorded(phone, visit.id, 'check_in', { ...door, lat: 91 });
    const both = await send(phone, [odd, act]);
    expect(both.body.events).toMatchObject([{ outcome: 'refused', code: 'invalid' }, { outcome: 'taken' }]);
    expect((await volunteer.post(`/api/v1/devices/${phone.id}/revoke`)).status).toBe(200);
    const lost = await send(phone, [recorded(phone, visit.id, 'check_out', door)]);
    expect(lost.body.events[0]).toMatchObject({ outcome: 'refused', code: 'device_revoked' });
  });

  it('may be a picture, if it is one, and at most three', async () => {
    const [phone, visit] = [await newPhone(), await plannedVisit()];
    await send(phone, [recorded(phone, visit.id, 'check_in', door)]);
    const put = (raw: string) =>
      volunteer.ask('POST', `/api/v1/visits/${visit.id}/photos`, {
        raw,
        headers: { 'content-type': 'image/jpeg' },
      });
    const none = await put('<svg></svg>');
    expect([none.status, none.body.field]).toEqual([422, 'photo']);
    // The first bytes of WebP are plain letters, so they come through as text.
    const picture = 'RIFF0000WEBPVP8 ';
    const kept = [await put(picture), await put(picture), await put(picture), await put(picture)];
    expect(kept.map(({ status }) => status)).toEqual([200, 200, 200, 409]);
    const seen = await elder.get<string>(`/api/v1/photos/${kept[0]?.body.id}`);
    expect([seen.status, seen.body]).toEqual([200, picture]);
    const record = await elder.get<{ photos: unknown[]; evidence: unknown[] }>(
      `/api/v1/visits/${visit.id}/record`,
    );
    expect([record.body.photos.length, record.body.evidence.length]).toEqual([3, 1]);
  });
});

describe('a home without a smartphone', () => {
  it('is reached by a telephone exchange with a key of its own, from the home’s telephone', async () => {
    const visit = await plannedVisit();
    const made = await dispatcher.post<{ key: string }>('/api/auth/api-key/create', {
      name: '热线',
      expiresInDays: 30,
    });
    const call = {
      orderNumber: visit.orderNumber,
      kind: 'check_in',
      code: visit.phoneCodes?.checkIn,
      callerPhone: elderPhone,
    };
    const headers = { 'x-api-key': made.body.key };
    const taken = await front.stranger().post('/api/v1/telephone-checks', call, { headers });
    expect([taken.status, taken.body.state]).toEqual([200, 'started']);
    const record = await elder.get<{ visit: Visit }>(`/api/v1/visits/${visit.id}/record`);
    expect(record.body.visit.checkIn).toMatchObject({ method: 'phone', trust: 3, exception: null });
    expect(record.body.visit.phoneCodes).toBeNull();
  });

  it('proves a visit by the word of the elder’s side, and by paper that the station enters', async () => {
    const visit = await plannedVisit();
    const word = `/api/v1/visits/${visit.id}/word`;
    const other = await (await front.as('elder2')).post(word, { kind: 'check_in' });
    expect(other.status).toBe(404);
    const came = soon(-20);
    expect((await elder.post(word, { kind: 'check_in', at: came })).status).toBe(200);
    const station = await front.as('station');
    const bare = await station.post(word, { kind: 'check_out' });
    expect([bare.status, bare.body.code, bare.body.field]).toEqual([422, 'reason_needed', 'reasonCode']);
    const why = { reasonCode: 'no_call_out_209', actionCode: 'timesheet_signed_19', note: '有签字的纸质单' };
    expect((await station.post(word, { kind: 'check_out', at: soon(-5), ...why })).status).toBe(200);
    const { body } = await station.get<{ evidence: object[]; notes: object[]; manualEdits: number }>(
      `/api/v1/visits/${visit.id}/record`,
    );
    expect(body).toMatchObject({
      trust: 1,
      evidence: [
        { method: 'family', trust: 2, deviceAt: came.toISOString() },
        { method: 'paper', trust: 1, reasonCode: 'no_call_out_209', actionCode: 'timesheet_signed_19' },
      ],
      notes: [{ kind: 'note', text: '有签字的纸质单' }],
      manualEdits: 0,
    });
  });
});

describe('the record of a visit', () => {
  it('tells a reason afterwards and an edit with who made it, and counts the edit', async () => {
    const [phone, visit] = [await newPhone(), await plannedVisit()];
    await send(phone, [recorded(phone, visit.id, 'check_in', { method: 'gps' }, soon(-20))]);
    const reason = { about: 'check_in', reasonCode: 'device_217' };
    const told = await volunteer.post<Visit>(`/api/v1/visits/${visit.id}/reasons`, reason);
    expect(told.body.checkIn).toMatchObject({ exception: 'not_explained', reasonCode: 'device_217' });
    const edit = { checkInAt: soon(-10), reasonCode: 'entry_error_219', actionCode: 'confirmed_family_12' };
    const path = `/api/v1/visits/${visit.id}/edits`;
    expect((await volunteer.post(path, { ...edit, note: '家属来电核实' })).status).toBe(403);
    const done = await dispatcher.post<{ edits: object[] }>(path, { ...edit, note: '家属来电核实' });
    expect(done.body).toMatchObject({
      manualEdits: 1,
      edits: [{ state: 'applied', askedBy: '调度', decidedBy: null, differenceMinutes: 10 }],
    });
    const month = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7);
    const regulator = await front.as('regulator');
    const shares = await regulator.get<{ people: object[] }>(`/api/v1/visit-edits/shares?month=${month}`);
    expect(shares.body.people).toEqual([{ name: '调度', edits: 1 }]);
  });
});

/**
 * Booking and settling through the front door, as elders' phones do: `POST /orders` holds the minutes, and when the
 * visit is over `POST /orders/{id}/confirm` pays them; every call has its session, its idempotency key, its order with
 * history, hold or settlement, audit rows and events. The visits between are put in place off the clock. One pair is a
 * booking and its settlement.
 */
import { randomUUID } from 'node:crypto';
import { openAccounts, openCityAccounts, post } from '../../db/bank/post.ts';
import { type Act, perform } from '../../db/connect/act.ts';
import type { Config } from '../../db/connect/config.ts';
import { client, openDatabase, type Tx } from '../../db/connect/database.ts';
import { useDataKey } from '../../db/connect/seal.ts';
import { loadAreas } from '../../db/people/areas.ts';
import { openUsers } from '../../db/people/openUsers.ts';
import { hashPassword } from '../../db/people/password.ts';
import { registerElders, registerPersons, registerVolunteers } from '../../db/people/register.ts';
import { registerStations } from '../../db/providers/register.ts';
import { publishPolicies } from '../../db/services/policies.ts';
import { type Figure, figure, quantile } from './figure.ts';
import { Lines, openDoor } from './support/door.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PASSWORD = 'a long password of this measurement';
const COMMUNITY = '320102001001';
const HOME = { lat: 32.05, lon: 118.8 };
/** Phones that ask at the same time. */
const CONNECTIONS = 128;
const ELDERS = 256;
const WARM_UP = 1_000;
const VOLUNTEERS = Array.from({ length: 64 }, () => randomUUID());
const STATION = randomUUID();

interface Elder {
  personId: string;
  cookie: string;
}

/** Rates against the barest transfer's, at `limitRate` a second, and the slowest hundredth at half of that load. */
export async function bookSettle(config: Config, limitRate: number, isQuick: boolean): Promise<Figure[]> {
  const elders = Array.from({ length: ELDERS }, () => ({
    personId: randomUUID(),
    username: `e-${randomUUID().slice(0, 30)}`,
  }));
  await layCity(config, elders);
  const door = await openDoor(config);
  const lines = new Lines(door.port, CONNECTIONS);
  try {
    const signedIn: Elder[] = await Promise.all(
      elders.map(async ({ personId, username }, i) => ({
        personId,
        cookie: await signIn(door.address, username, `10.0.0.${i}`),
      })),
    );
    const next = bookings(signedIn);
    const book = async (): Promise<Booked> => {
      const booking = next();
      const { id } = await lines.send<{ id: string }>('POST', '/orders', booking.elder.cookie, booking.body);
      return { id, elder: booking.elder };
    };
    const confirm = ({ id, elder }: Booked) => lines.send('POST', `/orders/${id}/confirm`, elder.cookie, {});

    await closed(WARM_UP, book);
    const count = isQuick ? 2_000 : 12_000;
    const booked = await closed(count, book);
    await finishVisits(config);
    const settled = await closed(count, (i) => confirm(booked.values[i] as Booked));
    const pairs = count / (booked.seconds + settled.seconds);

    const paced = Math.floor(count / 2);
    const first = await open(paced, count / booked.seconds / 2, book);
    await finishVisits(config);
    const second = await open(paced, count / settled.seconds / 2, (i) => confirm(first.values[i] as Booked));
    return [
      figure('ledger.book.http.rate', count / booked.seconds, 'bookings/s', '>= 1'),
      figure('ledger.settle.http.rate', count / settled.seconds, 'settlements/s', '>= 1'),
      figure('ledger.bookSettle.http', pairs / limitRate, 'x limit', '>= 0.25'),
      figure(
        'ledger.bookSettle.http.p99',
        quantile([...first.latencies, ...second.latencies], 0.99),
        'ms',
        '<= 50',
      ),
    ];
  } finally {
    lines.close();
    await door.close();
  }
}

interface Booked {
  id: string;
  elder: Elder;
}

/** A street of elders with hours, a volunteer and a station. */
async function layCity(
  config: Config,
  elders: readonly { personId: string; username: string }[],
): Promise<void> {
  useDataKey(config.dataKey);
  const database = openDatabase({ ...config, databasePool: 2 }, 'bench');
  const act: Act = { actorId: 'bench', role: 'system', onBehalfOf: null, at: new Date(Date.now() - HOUR) };
  const passwordHash = await hashPassword(PASSWORD);
  const outcome = await perform(database.db, act, async (tx: Tx) => {
    const area = (
      code: string,
      level: 'city' | 'district' | 'street' | 'community',
      parentCode: string | null,
    ) => ({
      code,
      level,
      name: code,
      parentCode,
      ...HOME,
      population: null,
    });
    await loadAreas(tx, [
      area('3201', 'city', null),
      area('320102', 'district', '3201'),
      area('320102001', 'street', '320102'),
      area(COMMUNITY, 'community', '320102001'),
    ]);
    await publishPolicies(tx, act, new Date(act.at.getTime() - 400 * DAY));
    const city = await openCityAccounts(tx, act, ['320102']);
    await registerStations(tx, act, [
      {
        id: STATION,
        code: 'B1',
        name: '站点',
        kind: 'station',
        areaCode: COMMUNITY,
        phone: '02580000001',
        ...HOME,
      },
    ]);
    const person = (id: string) => ({
      id,
      name: '王秀英',
      gender: 'female' as const,
      birthDate: '1950-03-01',
      identityNumber: null,
      phone: null,
      address: '珠江路8号',
      position: HOME,
      areaCode: COMMUNITY,
    });
    await registerPersons(tx, act, [
      ...elders.map((elder) => person(elder.personId)),
      ...VOLUNTEERS.map(person),
    ]);
    await registerElders(
      tx,
      act,
      elders.map(({ personId }) => ({
        personId,
        birthDate: '1950-03-01',
        abilityLevel: 1,
        living: 'with_family',
        subsidyClass: 'none',
        carerGender: null,
        hazards: null,
        doorCode: '4711',
      })),
    );
    await registerVolunteers(tx, act, [
      ...VOLUNTEERS.map((personId) => ({
        personId,
        stationId: STATION,
        services: ['companionship'],
        state: 'active' as const,
      })),
    ]);
    const accounts = await openAccounts(
      tx,
      act,
      elders.map(({ personId: ownerId }) => ({ ownerId, kind: 'personal', currency: 'min' })),
    );
    await post(
      tx,
      act,
      [...accounts.values()].map((id) => ({
        debit: city.get('3201:issuance:min') as string,
        credit: id,
        amount: 1_000_000,
        currency: 'min',
        cause: 'import',
        key: randomUUID(),
      })),
    );
    await openUsers(
      tx,
      act,
      elders.map(({ personId, username }) => ({
        username,
        name: '王秀英',
        role: 'elder',
        personId,
        passwordHash,
      })),
    );
  });
  await database.close();
  if (!outcome.ok) throw new Error(outcome.refusal.code);
}

/** Bookings in turn for each elder, half an hour after half an hour. */
function bookings(elders: readonly Elder[]): () => { elder: Elder; body: object } {
  let n = 0;
  const from = Math.ceil(Date.now() / HOUR) * HOUR + 3 * HOUR;
  return () => {
    const elder = elders[n % elders.length] as Elder;
    const startAt = new Date(from + (Math.floor(n++ / elders.length) % 2_000) * (HOUR / 2)).toISOString();
    return {
      elder,
      body: {
        elderId: elder.personId,
        serviceCode: 'companionship',
        payer: 'time_bank',
        startAt,
        despiteConflicts: true,
      },
    };
  };
}

/** Puts an ended, verified visit to every order that has none. */
async function finishVisits(config: Config): Promise<void> {
  const sql = client(config.databaseUrl as string, config.schema, 'bench', 1);
  await sql`
    insert into visits (id, order_id, state, service_code, elder_id, person_id, kind, station_id, district_code, planned_start_at,
      latest_start_at, planned_minutes, check_in_at, check_out_at, trust, verified_minutes)
    select uuid_of(now(), id::text), id, 'finished', service_code, elder_id, (${VOLUNTEERS}::uuid[])[1 + number % ${VOLUNTEERS.length}], 'volunteer', ${STATION}, district_code,
      start_at, latest_start_at, minutes, now(), now(), 3, minutes
    from orders where state = 'requested'`;
  for (const [from, to] of [
    ['requested', 'offered'],
    ['offered', 'accepted'],
    ['accepted', 'started'],
    ['started', 'finished'],
  ] as const)
    await sql`update orders set state = ${to}, assignee_id = (${VOLUNTEERS}::uuid[])[1 + number % ${VOLUNTEERS.length}], station_id = ${STATION} where state = ${from}`;
  await sql`update orders o set visit_id = v.id from visits v where v.order_id = o.id and o.state = 'finished'`;
  await sql`vacuum (analyze) orders, visits, holds, accounts`;
  await sql.end();
}

/** Does it so many times on all lines, each as soon as the one before is answered. */
async function closed<T>(
  count: number,
  one: (i: number) => Promise<T>,
): Promise<{ values: T[]; seconds: number }> {
  const values: T[] = [];
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let i = next++; i < count; i = next++) values[i] = await one(i);
    }),
  );
  return { values, seconds: (performance.now() - began) / 1000 };
}

/** Does it so many times at a steady rate, however long each takes; a delay counts from when it was due. */
async function open<T>(
  count: number,
  perSecond: number,
  one: (i: number) => Promise<T>,
): Promise<{ values: T[]; latencies: number[] }> {
  const values: T[] = [];
  const latencies: number[] = [];
  const began = performance.now();
  const running: Promise<void>[] = [];
  for (let i = 0; i < count; i++) {
    const due = began + (i / perSecond) * 1000;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    running.push(
      one(i).then((value) => {
        values[i] = value;
        latencies.push(performance.now() - due);
      }),
    );
  }
  await Promise.all(running);
  return { values, latencies };
}

/** Each elder comes from an address of their own, as behind a proxy on this machine. */
async function signIn(address: string, username: string, from: string): Promise<string> {
  const answer = await fetch(`${address}/api/auth/sign-in/username`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: address, 'x-forwarded-for': from },
    body: JSON.stringify({ username, password: PASSWORD }),
  });
  if (!answer.ok) throw new Error(`the sign-in answered ${answer.status}: ${await answer.text()}`);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

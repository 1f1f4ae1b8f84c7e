/**
 * A tiny city made by hand: one district, three elders, three volunteers at growing distance, two providers with a
 * carer each. Its clock stands at ten on a Monday morning until a test moves it.
 */
import { accountKey, cityCode, openAccounts, openCityAccounts, post } from '../../db/bank/post.ts';
import { type Act, type Outcome, perform, type Refusal, type Role } from '../../db/connect/act.ts';
import type { Config } from '../../db/connect/config.ts';
import { openDatabase, type Tx } from '../../db/connect/database.ts';
import { logger } from '../../db/connect/log.ts';
import { useDataKey } from '../../db/connect/seal.ts';
import { type Booking, bookOrders } from '../../db/orders/book.ts';
import type { OrderRow } from '../../db/orders/transition.ts';
import { loadAreas } from '../../db/people/areas.ts';
import { registerElders, registerPersons, registerVolunteers } from '../../db/people/register.ts';
import { registerCarers, registerProviders, registerStations } from '../../db/providers/register.ts';
import { publishPolicies } from '../../db/services/policies.ts';
import type { Task } from '../../worker/tasks/task.ts';
import { type TestDatabase, templateWith, testDatabase } from './database.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const DISTRICT = '320102';
export const COMMUNITY = '320102001001';
export const HOME = { lat: 32.05, lon: 118.8 };
export const DOOR_CODE = '4711';

const uuid = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** 王 has 600 granted minutes and a subsidy of 600 yuan, 李 neither, 赵 lives where nobody is near. */
export const ids = {
  wang: uuid(1),
  li: uuid(2),
  zhao: uuid(3),
  near: uuid(11),
  middle: uuid(12),
  far: uuid(13),
  carer: uuid(21),
  otherCarer: uuid(22),
  provider: uuid(41),
  otherProvider: uuid(42),
  station: uuid(51),
} as const;

/** Ten in the morning in Nanjing of the last Monday, so that the month's tables exist whenever the tests run. */
export const monday = ((): Date => {
  const local = new Date(Date.now() + 8 * HOUR);
  const midnight = Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate());
  const weekday = (local.getUTCDay() + 6) % 7;
  return new Date(midnight - weekday * DAY + 2 * HOUR);
})();

/** An instant some minutes after another. */
export const later = (at: Date, minutes: number): Date => new Date(at.getTime() + minutes * MINUTE);

export const actOf = (role: Role, at: Date, actorId: string = role): Act => ({
  actorId,
  role,
  onBehalfOf: null,
  at,
});

const north = (metres: number) => ({ lat: HOME.lat + metres / 111_195, lon: HOME.lon });
const persons = [
  { id: ids.wang, name: '王秀英', birthDate: '1940-03-01', position: HOME },
  { id: ids.li, name: '李桂兰', birthDate: '1950-07-01', position: HOME },
  { id: ids.zhao, name: '赵玉珍', birthDate: '1941-07-01', position: north(80_000) },
  { id: ids.near, name: '张伟', birthDate: '1990-01-01', position: HOME },
  { id: ids.middle, name: '刘洋', birthDate: '1992-01-01', position: north(1100) },
  { id: ids.far, name: '陈静', birthDate: '1994-01-01', position: north(2200) },
  { id: ids.carer, name: '孙丽', birthDate: '1985-01-01', position: HOME },
  { id: ids.otherCarer, name: '周红', birthDate: '1986-01-01', position: north(1100) },
].map((person) => ({
  ...person,
  gender: 'female' as const,
  identityNumber: null,
  phone: null,
  address: '珠江路8号2栋301室',
  areaCode: COMMUNITY,
}));

async function build(config: Config): Promise<void> {
  useDataKey(config.dataKey);
  const open = openDatabase(config, 'test template');
  const at = new Date(monday.getTime() - HOUR);
  const act = actOf('system', at, 'test:city');
  const place = { areaCode: COMMUNITY, phone: '02580000001', ...HOME };
  await open.db.transaction(async (tx) => {
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
      area(DISTRICT, 'district', '3201'),
      area('320102001', 'street', DISTRICT),
      area(COMMUNITY, 'community', '320102001'),
    ]);
    await publishPolicies(tx, act, new Date(at.getTime() - 400 * DAY));
    await openCityAccounts(tx, act, [DISTRICT]);
    await registerStations(tx, act, [
      { id: ids.station, code: 'S1', name: '梅园站', kind: 'station', ...place },
    ]);
    const services = { districts: [DISTRICT], services: ['bathing', 'cleaning', 'basic_nursing'] };
    await registerProviders(tx, act, [
      { id: ids.provider, name: '安康养老', creditCode: '91320100MA1MTEST01', ...services, ...place },
      { id: ids.otherProvider, name: '颐和养老', creditCode: '91320100MA1MTEST02', ...services, ...place },
    ]);
    await registerPersons(tx, act, persons);
    const elder = { carerGender: null, hazards: null, doorCode: DOOR_CODE };
    await registerElders(tx, act, [
      {
        ...elder,
        personId: ids.wang,
        birthDate: '1940-03-01',
        living: 'alone',
        subsidyClass: 'special_hardship',
        abilityLevel: 2,
      },
      {
        ...elder,
        personId: ids.li,
        birthDate: '1950-07-01',
        living: 'with_family',
        subsidyClass: 'none',
        abilityLevel: 0,
      },
      {
        ...elder,
        personId: ids.zhao,
        birthDate: '1941-07-01',
        living: 'alone',
        subsidyClass: 'none',
        abilityLevel: 1,
      },
    ]);
    await registerVolunteers(
      tx,
      act,
      [ids.near, ids.middle, ids.far].map((personId) => ({
        personId,
        stationId: ids.station,
        services: ['companionship', 'errands', 'meals', 'welfare_check'],
        state: 'active' as const,
      })),
    );
    const week = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute: 480, endMinute: 1200 }));
    const certificate = { level: 4, certificateUntil: '2099-12-31', week };
    await registerCarers(tx, act, [
      { personId: ids.carer, providerId: ids.provider, certificateNumber: 'C-1', ...certificate },
      { personId: ids.otherCarer, providerId: ids.otherProvider, certificateNumber: 'C-2', ...certificate },
    ]);
  });
  await open.close();
}

const template = templateWith('smallcity', build);

export interface SmallCity extends TestDatabase {
  /** The instant at which things happen. */
  at: Date;
  /** Moves the clock on by minutes. */
  wait(minutes: number): void;
  /** Runs a task of the worker at the city's instant. */
  work(task: Task): Promise<number>;
  /** A command in one transaction; refusals come back as values. */
  try<T>(role: Role, command: (tx: Tx, act: Act) => Promise<T>): Promise<Outcome<T>>;
  /** A command that must not be refused. */
  do<T>(role: Role, command: (tx: Tx, act: Act) => Promise<T>): Promise<T>;
  /** Books one order for 王: companionship in an hour against banked time, unless said otherwise. */
  book(booking?: Partial<Booking>): Promise<OrderRow>;
  order(id: string): Promise<OrderRow>;
  /** The states an order has been through. */
  history(orderId: string): Promise<string[]>;
  /** Balance and held of an owner's account. */
  account(
    ownerId: string,
    kind?: string,
    currency?: 'min' | 'fen',
  ): Promise<{ balance: number; held: number }>;
  /** Gives an elder banked minutes. */
  bank(elderId: string, minutes: number): Promise<void>;
}

/** A city of a test's own. */
export async function smallCity(): Promise<SmallCity> {
  const open = await testDatabase(template);
  const log = logger('test');
  const city: SmallCity = {
    ...open,
    at: monday,
    wait(minutes) {
      city.at = later(city.at, minutes);
    },
    work: (task) => task({ db: open.db, at: city.at, log }),
    try: (role, command) => perform(open.db, actOf(role, city.at), command),
    async do(role, command) {
      const outcome = await city.try(role, command);
      if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.refusal)}`);
      return outcome.value;
    },
    async book(booking = {}) {
      const [order] = await city.do('elder', (tx, act) =>
        bookOrders(tx, act, [
          {
            elderId: ids.wang,
            serviceCode: 'companionship',
            startAt: later(city.at, 60),
            payer: 'time_bank',
            ...booking,
          },
        ]),
      );
      return order as OrderRow;
    },
    async order(id) {
      const [row] = await open.sql<Record<string, unknown>[]>`select * from orders where id = ${id}`;
      return camel(row ?? {}) as unknown as OrderRow;
    },
    async history(orderId) {
      const rows = await open.sql<{ to_state: string }[]>`
        select to_state from order_history where order_id = ${orderId} order by version`;
      return rows.map((row) => row.to_state);
    },
    async account(ownerId, kind = 'personal', currency = 'min') {
      const [row] = await open.sql<{ balance: number; held: number }[]>`
        select balance, held from account_balances
        where owner_id = ${ownerId} and kind = ${kind} and currency = ${currency}`;
      return { balance: Number(row?.balance ?? 0), held: Number(row?.held ?? 0) };
    },
    async bank(elderId, minutes) {
      await city.do('system', async (tx, act) => {
        const names = [
          { ownerId: cityCode, kind: 'issuance', currency: 'min' },
          { ownerId: elderId, kind: 'personal', currency: 'min' },
        ] as const;
        const accounts = await openAccounts(tx, act, names);
        await post(tx, act, [
          {
            debit: accounts.get(accountKey(names[0])) as string,
            credit: accounts.get(accountKey(names[1])) as string,
            amount: minutes,
            currency: 'min',
            cause: 'import',
            key: `test:${elderId}:${city.at.getTime()}:${minutes}`,
          },
        ]);
      });
    },
  };
  return city;
}

function camel(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}

/** The refusal of an outcome; null when it was done. */
export const refusalOf = (outcome: Outcome<unknown>): Refusal | null => (outcome.ok ? null : outcome.refusal);

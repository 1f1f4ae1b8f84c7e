/**
 * A demo city as a whole, in one transaction: either all of it is there, or nothing. Its books are written by the
 * commands that the product uses; only the deciding and the clock are the story's own.
 */

import { sql } from 'drizzle-orm';
import { turnSwitch } from '../audit/switches.ts';
import { accountKey, cityCode, openAccounts, openCityAccounts, post } from '../bank/post.ts';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { dayOf } from '../connect/days.ts';
import { seedIds } from '../connect/ids.ts';
import { ensurePartitions } from '../connect/partitions.ts';
import { reckonContracts } from '../contracts/monitor.ts';
import { monthBefore } from '../contracts/rules.ts';
import { sendOffers } from '../orders/offer.ts';
import { loadAreas } from '../people/areas.ts';
import { registerElders, registerPersons, registerVolunteers } from '../people/register.ts';
import { makePlan } from '../plans/make.ts';
import { registerCarers, registerProviders, registerStations } from '../providers/register.ts';
import { reckonMonth } from '../quality/reckon.ts';
import { monthOf } from '../quality/rules.ts';
import { catalogueAt } from '../services/catalogue.ts';
import { currentPolicy, firstBodies, publishPolicies } from '../services/policies.ts';
import { withBareTables } from './bareTables.ts';
import { type Cast, castOf, openCast } from './cast.ts';
import { contractsOf, contractVisits, signDemoContracts } from './contracts.ts';
import { Dice } from './dice.ts';
import { Funds } from './funds.ts';
import { live } from './life.ts';
import { type Inhabitants, inhabitants } from './people.ts';
import { DAY, type Planned, planDay, type Story } from './plan.ts';
import { liveStays, openDemoBeds } from './respite.ts';
import { Helpers } from './whoComes.ts';

export interface DemoSize {
  elders: number;
  /** Days of the past. */
  days: number;
  seed: number;
}

const HOUR = 3_600_000;
const SHANGHAI = 8 * HOUR;
const ROWS_AT_ONCE = 500;
/** The story knows nothing of weekly caps, and must not come upon one. */
const WEEKLY_ASK_CAP = 50;
const DAYS_AHEAD = 5;
/** Statistics are taken anew after so many deeds: in an open transaction nobody else does it. */
const analyzeAfter = new Set([30, 300]);

/** Fills empty books; `say` is told how far it is. Keys are drawn from the seed until it ends. */
export async function fillCity(
  tx: Tx,
  size: DemoSize,
  now: Date,
  say: (line: string) => void,
): Promise<void> {
  const dice = new Dice(size.seed);
  seedIds(() => dice.bytes());
  try {
    await fill(tx, dice, size, now, say);
  } finally {
    seedIds(undefined);
  }
}

async function fill(
  tx: Tx,
  dice: Dice,
  size: DemoSize,
  now: Date,
  say: (line: string) => void,
): Promise<void> {
  const today = Math.floor((now.getTime() + SHANGHAI) / DAY) * DAY - SHANGHAI;
  const began = new Date(today - (size.days + 2) * DAY + 9 * HOUR);
  const act: Act = { actorId: 'demo', role: 'system', onBehalfOf: null, at: began };
  await ensurePartitions(tx, new Date(began.getTime() - DAY), new Date(now.getTime() + 400 * DAY));

  const city = inhabitants(dice, size.elders, began);
  const cast = castOf(city, dice, began, now);
  say(
    `${city.elders.length} elders, ${city.volunteers.length} volunteers, ${city.carers.length} carers of ${city.providers.length} providers, ${city.stations.length} stations, meal points and centres`,
  );
  await register(tx, act, city, cast);
  const contracts = contractsOf(city, cast);
  const contractIds = await signDemoContracts(tx, act, contracts);
  await tx.execute(sql`analyze persons, elders, accounts`);

  const catalogue = await catalogueAt(tx, began);
  const bank = await currentPolicy(tx, 'bank', began);
  const story: Story = {
    dice,
    city,
    helpers: new Helpers(city),
    funds: new Funds(bank.body),
    catalogue: catalogue.byCode,
    today,
    now: now.getTime(),
  };
  const visits = contractVisits(contracts, today, { past: size.days, ahead: DAYS_AHEAD });
  const planned: Planned[] = [];
  for (let day = -size.days; day <= DAYS_AHEAD; day++)
    planned.push(...planDay(story, day, [...cast.appointments, ...visits]));
  say(`${size.days} days with ${planned.length} visits …`);

  await withBareTables(tx, () =>
    live(tx, planned, { from: began.getTime(), now: now.getTime() }, async (done, all) => {
      if (analyzeAfter.has(done))
        await tx.execute(sql`analyze orders, offers, visits, commitments, holds, transfers`);
      if (done % Math.ceil(all / 4) === 0) say(`${Math.round((100 * done) / all)} % of the days are lived`);
    }),
  );
  const monthOver = monthBefore(dayOf(now));
  if (monthOver >= dayOf(began).slice(0, 7))
    await reckonContracts(tx, { ...act, at: now }, contractIds, monthOver);
  await liveStays(tx, city, cast, began, now);
  await askVolunteer(tx, { ...act, at: new Date(now.getTime() - 60_000) }, cast, planned);
  await standingVisit(tx, { ...act, role: 'elder', at: now }, cast.elderId, today);
  await score(tx, { ...act, at: now }, planned, now);
  await turnSwitch(tx, { ...act, at: now }, 'demo.city', true);
}

async function register(tx: Tx, act: Act, city: Inhabitants, cast: Cast): Promise<void> {
  const districts = city.areas.filter((area) => area.level === 'district').map((area) => area.code);
  await loadAreas(tx, city.areas);
  // Its telephones belong to nobody.
  const messages = { ...firstBodies.messages, smsTemplates: [] };
  await publishPolicies(tx, act, new Date(act.at.getTime() - DAY), undefined, { messages });
  const accounts = await openCityAccounts(tx, act, districts);
  await registerStations(tx, act, city.stations);
  await registerProviders(tx, act, city.providers);
  await inParts(city.persons, (part) => registerPersons(tx, act, part));
  await inParts(city.elders, (part) =>
    registerElders(
      tx,
      act,
      part.map(({ place: _, districtCode: __, keyElder: ___, bankedMinutes: ____, ...elder }) => elder),
    ),
  );
  await inParts(city.volunteers, (part) =>
    registerVolunteers(
      tx,
      act,
      part.map(({ place: _, gender: __, ...volunteer }) => ({ weeklyAskCap: WEEKLY_ASK_CAP, ...volunteer })),
    ),
  );
  await inParts(city.carers, (part) =>
    registerCarers(
      tx,
      act,
      part.map(({ place: _, gender: __, restDay: ___, ...carer }) => carer),
    ),
  );
  const issuance = accounts.get(
    accountKey({ ownerId: cityCode, kind: 'issuance', currency: 'min' }),
  ) as string;
  await inParts(
    city.elders.filter((elder) => elder.bankedMinutes > 0),
    async (part) => {
      const name = (ownerId: string) => ({ ownerId, kind: 'personal', currency: 'min' }) as const;
      const opened = await openAccounts(
        tx,
        act,
        part.map((elder) => name(elder.personId)),
      );
      await post(
        tx,
        act,
        part.map((elder) => ({
          debit: issuance,
          credit: opened.get(accountKey(name(elder.personId))) as string,
          amount: elder.bankedMinutes,
          currency: 'min',
          cause: 'import',
          key: `import:demo:${elder.personId}`,
        })),
      );
    },
  );
  await openCast(tx, act, cast);
  await openDemoBeds(tx, act, city, cast);
}

/** Lets the demo's volunteer find somebody waiting for an answer. */
async function askVolunteer(tx: Tx, act: Act, cast: Cast, planned: readonly Planned[]): Promise<void> {
  const open = planned.find((one) => one.fate === 'waiting' && one.elder.personId === cast.neighbourId);
  if (!open) return;
  await sendOffers(tx, act, [
    {
      orderId: open.orderId,
      wave: 1,
      kind: 'volunteer',
      personId: cast.volunteerId,
      providerId: null,
      distanceMetres: 90,
      score: -0.9,
      terms: [{ code: 'distance', value: -0.9 }],
    },
  ]);
}

/** Somebody does the shopping for the demo's elder every week from the day after tomorrow. */
async function standingVisit(tx: Tx, act: Act, elderId: string, today: number): Promise<void> {
  await makePlan(tx, act, {
    elderId,
    serviceCode: 'errands',
    payer: 'time_bank',
    firstAt: new Date(today + 2 * DAY + 15 * HOUR),
    rule: 'FREQ=WEEKLY',
    holidays: 'next_working_day',
  });
}

async function score(tx: Tx, act: Act, planned: readonly Planned[], now: Date): Promise<void> {
  const past = planned.filter((one) => one.startAt <= now.getTime());
  const months = [...new Set(past.map((one) => monthOf(new Date(one.startAt))))].sort();
  for (const month of months) await reckonMonth(tx, act, month);
}

async function inParts<T>(items: readonly T[], write: (part: T[]) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < items.length; i += ROWS_AT_ONCE) await write(items.slice(i, i + ROWS_AT_ONCE));
}

/** A demo city's family care bed contracts: frail elders whom one carer visits on fixed weekdays, some less often than promised. */

import { createHash } from 'node:crypto';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { dayOf } from '../connect/days.ts';
import { draftContracts, lockContracts, signContracts } from '../contracts/contract.ts';
import { metresBetween } from '../visits/rules.ts';
import type { Cast } from './cast.ts';
import type { DemoCarer, DemoElder, Inhabitants } from './people.ts';
import { type Appointment, DAY, weekdayOf } from './plan.ts';

/** Contracts of the demo's provider, and of all others together. */
const OF_CAST = 5;
const OF_OTHERS = 11;
const LEAST_ABILITY = 3;
const LEVEL = 4;
const FARTHEST_METRES = 8_000;
const WINDOWS = 4;

export interface DemoContract {
  elderId: string;
  providerId: string;
  carerId: string;
  /** 1 Monday … 7 Sunday. */
  weekdays: readonly number[];
  /** The part of the day. */
  window: number;
  timesAMonth: number;
}

/** Twice a week as promised; the third of each three promises more than it keeps. */
const rhythms = [
  { weekdays: [2, 5], timesAMonth: 8 },
  { weekdays: [1, 4], timesAMonth: 8 },
  { weekdays: [3], timesAMonth: 8 },
] as const;

/** Chooses who has a contract with whom: elders in much need with the nearest carer able, at most one elder a carer. */
export function contractsOf(city: Inhabitants, cast: Cast): DemoContract[] {
  const frail = city.elders.filter(
    (one) => one.abilityLevel >= LEAST_ABILITY && one.personId !== cast.elderId,
  );
  const taken = new Set([cast.carerId]);
  const found: DemoContract[] = [];
  const districtsOf = new Map(city.providers.map((one) => [one.id, one.districts]));
  const nearest = (elder: DemoElder, carers: readonly DemoCarer[]) =>
    carers
      .filter(
        (one) =>
          !taken.has(one.personId) &&
          one.level <= LEVEL &&
          (!elder.carerGender || elder.carerGender === one.gender) &&
          districtsOf.get(one.providerId)?.includes(elder.districtCode) === true,
      )
      .map((carer) => ({ carer, metres: metresBetween(carer.place, elder.place) }))
      .filter(({ metres }) => metres <= FARTHEST_METRES)
      .sort((a, b) => a.metres - b.metres)[0]?.carer;
  const choose = (carers: readonly DemoCarer[], most: number) => {
    const until = found.length + most;
    for (const elder of frail) {
      if (found.length >= until) return;
      if (found.some((one) => one.elderId === elder.personId)) continue;
      const carer = nearest(elder, carers);
      if (!carer) continue;
      taken.add(carer.personId);
      const rhythm = rhythms[found.length % rhythms.length] ?? rhythms[0];
      found.push({
        elderId: elder.personId,
        providerId: carer.providerId,
        carerId: carer.personId,
        weekdays: rhythm.weekdays.filter((day) => day !== carer.restDay),
        window: found.length % WINDOWS,
        timesAMonth: rhythm.timesAMonth,
      });
    }
  };
  const isCast = (carer: DemoCarer) => carer.providerId === cast.providerId;
  choose(city.carers.filter(isCast), OF_CAST);
  choose(
    city.carers.filter((one) => !isCast(one)),
    OF_OTHERS,
  );
  return found;
}

/** Their visits from so many days ago until so many ahead. */
export function contractVisits(
  contracts: readonly DemoContract[],
  today: number,
  days: { past: number; ahead: number },
): Appointment[] {
  const visits: Appointment[] = [];
  for (let day = -days.past; day <= days.ahead; day++)
    for (const { elderId, carerId, weekdays, window } of contracts)
      if (weekdays.includes(weekdayOf(today + day * DAY)))
        visits.push({
          day,
          elderId,
          service: 'family_care_bed',
          payer: 'bed_contract',
          helperId: carerId,
          window,
        });
  return visits;
}

/** Draws the contracts up with their equipment and signs them for both sides; returns their ids. */
export async function signDemoContracts(
  tx: Tx,
  act: Act,
  contracts: readonly DemoContract[],
): Promise<string[]> {
  const drafted = await draftContracts(
    tx,
    act,
    contracts.map(({ elderId, providerId, timesAMonth }, i) => ({
      elderId,
      providerId,
      startsOn: dayOf(act.at),
      endsOn: null,
      leastVisits: timesAMonth,
      services: [{ serviceCode: 'family_care_bed', timesAMonth }],
      equipment: [
        { code: 'care_bed', name: '电动护理床', serial: `HB-${1001 + i}` },
        { code: 'call_button', name: '一键呼叫器', serial: `CB-${2001 + i}` },
        { code: 'motion_sensor', name: '活动监测仪', serial: `MS-${3001 + i}` },
      ],
      documentDigest: createHash('sha256').update(`${elderId}:${providerId}`).digest('hex'),
    })),
  );
  const ids = drafted.map((one) => one.id);
  for (const signer of ['elder', 'provider'] as const)
    await signContracts(tx, act, await lockContracts(tx, ids), signer);
  return ids;
}

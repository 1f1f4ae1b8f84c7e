/** What runs when, all of it. Times are Asia/Shanghai; the first of six fields is the second. */
import type { Sender } from './messages/senders.ts';
import { alerts } from './tasks/alerts.ts';
import { certificates } from './tasks/certificates.ts';
import { contractMonths, runOutContracts } from './tasks/contracts.ts';
import { deliveries } from './tasks/deliveries.ts';
import { expiry } from './tasks/expiry.ts';
import { grants, lapses } from './tasks/grants.ts';
import { holdExpiry } from './tasks/holdExpiry.ts';
import { keyElders } from './tasks/keyElders.ts';
import { nightPlan } from './tasks/nightPlan.ts';
import { offers } from './tasks/offers.ts';
import { recovery } from './tasks/recovery.ts';
import { recurrence } from './tasks/recurrence.ts';
import { replan } from './tasks/replan.ts';
import { bedOffers, noShows, outdatedWaiting, unansweredBeds } from './tasks/respite.ts';
import { everyScore, scores } from './tasks/scores.ts';
import { sealing } from './tasks/sealing.ts';
import { settlement } from './tasks/settlement.ts';
import { SIMULATOR_SECONDS } from './tasks/simulator/bookings.ts';
import { simulator } from './tasks/simulator.ts';
import type { Task } from './tasks/task.ts';
import { treeCheck } from './tasks/treeCheck.ts';
import { events, forgetting, partitions } from './tasks/upkeep.ts';
import { calm, escalation, watch } from './tasks/watch.ts';

export interface Job {
  name: string;
  /** A node-cron pattern. */
  when: string;
  /** One after the other: what the first frees, the next takes up in the same run. */
  tasks: readonly Task[];
  /** Also once at the start of the worker. */
  atStart?: boolean;
}

export const TIME_ZONE = 'Asia/Shanghai';

export const schedule: readonly Job[] = [
  { name: 'offers', when: '* * * * * *', tasks: [expiry, offers] },
  { name: 'replan', when: '*/3 * * * * *', tasks: [replan] },
  { name: 'night plan', when: '*/5 * * * * *', tasks: [nightPlan] },
  { name: 'scores', when: '1-59/2 * * * * *', tasks: [scores] },
  { name: 'events', when: '*/5 * * * * *', tasks: [events] },
  { name: 'settlement', when: '10 * * * * *', tasks: [settlement] },
  { name: 'care plans', when: '*/15 * * * * *', tasks: [recurrence] },
  { name: 'holds', when: '20 * * * * *', tasks: [holdExpiry, recovery] },
  { name: 'sealing', when: '25 * * * * *', tasks: [sealing] },
  { name: 'alerts', when: '40 * * * * *', tasks: [watch, alerts, calm, escalation] },
  { name: 'respite', when: '50 * * * * *', tasks: [unansweredBeds, noShows, outdatedWaiting, bedOffers] },
  { name: 'contracts', when: '0 20 1 * * *', tasks: [runOutContracts, contractMonths] },
  { name: 'partitions', when: '0 5 2 * * *', tasks: [partitions], atStart: true },
  { name: 'forgetting', when: '0 35 2 * * *', tasks: [forgetting] },
  { name: 'every score', when: '0 10 3 * * *', tasks: [everyScore] },
  { name: 'certificates', when: '0 0 8 * * *', tasks: [certificates] },
  { name: 'tree check', when: '0 40 3 * * *', tasks: [treeCheck] },
  { name: 'grants', when: '0 15 0 * * *', tasks: [keyElders, lapses, grants] },
];

/** What runs in a demo city besides: its people are played when `isPlayed`, until an administrator decides. */
export const demoSchedule = (isPlayed: boolean): readonly Job[] => [
  ...schedule,
  { name: 'simulator', when: `*/${SIMULATOR_SECONDS} * * * * *`, tasks: [simulator(isPlayed)] },
];

/** What leaves the house, by the sender that the settings ask for. */
export const sendingSchedule = (send: Sender): readonly Job[] => [
  { name: 'deliveries', when: '*/3 * * * * *', tasks: [deliveries(send)] },
];

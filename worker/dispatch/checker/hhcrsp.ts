/**
 * Checks a plan of home health care's benchmark: every service of every patient given once by a carer who is able, never
 * before the window opens, never sooner than the way there takes, two services of a patient by two carers and as far apart
 * as they must be. Beginning after the window closes is no breach but tardiness, a part of the cost.
 */
import { type HhcrspPatient, type HhcrspRoute, readHhcrsp, readHhcrspRoutes } from './hhcrspFormat.ts';
import { findings, type Verdict } from './verdict.ts';

export interface HhcrspFigures {
  /** Routes with at least one visit. */
  routes: number;
  distance: number;
  totalTardiness: number;
  greatestTardiness: number;
  /** A third of the three together. */
  cost: number;
}

/** Times are fractions and differ by rounding: up to this part of themselves. */
const TOLERANCE = 1e-6;
const OFFICE = 0;

interface Given {
  carer: string;
  beginsAt: number;
}

/** Checks a plan for a problem of HHCRSP, both as read from JSON; throws `Unreadable` when one of them is not. */
export function checkHhcrsp(problem: unknown, plan: unknown): Verdict<HhcrspFigures> {
  const { patients, abilities, distance } = readHhcrsp(problem);
  const routes = readHhcrspRoutes(plan);
  const found = findings();
  const figures = { routes: 0, distance: 0, totalTardiness: 0, greatestTardiness: 0, cost: 0 };
  const given = new Map<string, Given>();
  const keyOf = (patient: string, service: string) => JSON.stringify([patient, service]);

  function checkRoute({ caregiver_id: carer, locations }: HhcrspRoute): void {
    let [row, freeAt] = [OFFICE, 0];
    for (const {
      patient_id: visit,
      service_id: of,
      arrival_time: beginsAt,
      departure_time: endsAt,
    } of locations) {
      const patient = patients.get(visit);
      const service = patient?.required_caregivers.find((one) => one.service === of);
      const who = { carer, visit, of };
      if (!patient || !service) {
        found.add({ rule: 'unknown-visit', ...who });
        continue;
      }
      if (given.has(keyOf(visit, of))) found.add({ rule: 'visit-twice', ...who });
      given.set(keyOf(visit, of), { carer, beginsAt });
      if (abilities.get(carer)?.has(of) === false) found.add({ rule: 'skill', ...who });

      const [opensAt, closesAt] = patient.time_window;
      const canBeginAt = freeAt + distance(row, patient.row);
      const slack = slackAt(beginsAt);
      found.addBeyond(slack, { rule: 'travel', ...who, by: canBeginAt - beginsAt });
      found.addBeyond(slack, { rule: 'window', ...who, by: opensAt - beginsAt });
      const by = Math.abs(endsAt - beginsAt - service.duration);
      found.addBeyond(slackAt(endsAt), { rule: 'duration', ...who, by });

      const tardiness = Math.max(0, beginsAt - closesAt);
      figures.totalTardiness += tardiness;
      figures.greatestTardiness = Math.max(figures.greatestTardiness, tardiness);
      figures.distance += distance(row, patient.row);
      [row, freeAt] = [patient.row, beginsAt + service.duration];
    }
    figures.distance += distance(row, OFFICE);
    if (row !== OFFICE) figures.routes++;
  }

  function checkPatient({
    id: visit,
    required_caregivers: services,
    synchronization: how,
  }: HhcrspPatient): void {
    const [first, second] = services.map(({ service }) => {
      const one = given.get(keyOf(visit, service));
      if (!one) found.add({ rule: 'visit-missing', visit, of: service });
      return one;
    });
    if (!first || !second || !how) return;
    if (first.carer === second.carer) found.add({ rule: 'same-carer', visit, carer: first.carer });
    const [least, most] = how.type === 'sequential' ? how.distance : [0, 0];
    const apart = second.beginsAt - first.beginsAt;
    const by = Math.max(least - apart, apart - most);
    found.addBeyond(slackAt(second.beginsAt), { rule: 'together', visit, by });
  }

  const out = new Set<string>();
  for (const route of routes) {
    const carer = route.caregiver_id;
    if (!abilities.has(carer)) found.add({ rule: 'unknown-carer', carer });
    if (out.has(carer)) found.add({ rule: 'carer-twice', carer });
    out.add(carer);
    checkRoute(route);
  }
  for (const patient of patients.values()) checkPatient(patient);
  figures.cost = (figures.distance + figures.totalTardiness + figures.greatestTardiness) / 3;
  return found.verdict(figures);
}

const slackAt = (time: number): number => TOLERANCE * Math.max(1, Math.abs(time));

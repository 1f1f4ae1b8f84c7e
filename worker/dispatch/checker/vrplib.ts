/**
 * Checks a `.sol` for a `.vrp` with time windows: every customer once, within capacity and windows, back in time. A carer in
 * what is broken is the number of the route, a visit that of the customer.
 */
import { findings, outside, type Verdict } from './verdict.ts';
import { readSol, readVrp, tenthsBetween, type VrplibStop } from './vrplibFormat.ts';

export interface VrplibFigures {
  /** Routes with at least one customer. */
  routes: number;
  served: number;
  /** The distance of all routes: what the benchmark compares. */
  cost: number;
  waiting: number;
}

/** Checks the text of a solution for the text of a problem; throws `Unreadable` when one of them is not. */
export function checkVrplib(vrpText: string, solText: string): Verdict<VrplibFigures> {
  const { vehicles, capacity, stops } = readVrp(vrpText);
  const { routes, cost } = readSol(solText);
  const depot = stops[0] as VrplibStop;
  const found = findings();
  const served = new Set<number>();
  let [distance, waiting] = [0, 0];

  function checkRoute(customers: readonly number[], carer: number): void {
    let [at, now, load] = [depot, depot.opensAt, 0];
    const go = (to: VrplibStop): void => {
      distance += tenthsBetween(at, to);
      now += tenthsBetween(at, to);
      at = to;
    };
    for (const visit of customers) {
      const stop = visit > 0 ? stops[visit] : undefined;
      if (!stop) {
        found.add({ rule: 'unknown-visit', carer, visit });
        continue;
      }
      if (served.has(visit)) found.add({ rule: 'visit-twice', carer, visit });
      served.add(visit);
      go(stop);
      waiting += Math.max(0, stop.opensAt - now);
      now = Math.max(now, stop.opensAt);
      const by = outside(now, [{ from: stop.opensAt, until: stop.closesAt }]);
      found.addBeyond(0, { rule: 'window', carer, visit, by: by / 10 });
      now += stop.service;
      load += stop.demand;
    }
    go(depot);
    found.addBeyond(0, { rule: 'shift', carer, by: (now - depot.closesAt) / 10 });
    found.addBeyond(0, { rule: 'capacity', carer, by: load - capacity });
  }

  for (const [i, customers] of routes.entries()) checkRoute(customers, i + 1);
  for (let visit = 1; visit < stops.length; visit++)
    if (!served.has(visit)) found.add({ rule: 'visit-missing', visit });
  const used = routes.filter((customers) => customers.length > 0).length;
  found.addBeyond(0, { rule: 'too-many-routes', by: used - vehicles });
  if (cost !== null) found.addBeyond(0, { rule: 'claim', of: 'Cost', by: Math.abs(cost - distance) / 10 });
  return found.verdict({
    routes: used,
    served: served.size,
    cost: distance / 10,
    waiting: waiting / 10,
  });
}

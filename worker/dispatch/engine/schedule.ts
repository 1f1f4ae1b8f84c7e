/** When everybody is where: the order of visits found by the search becomes rounds with times, and what they cost. */
import type { Cost, Problem, Round, RoundsPlan, Stop } from '../problem.ts';
import { type Part, roundsOf } from './part.ts';
import { type SoftModel, SoftRounds } from './softRounds.ts';

/** The plan that a search's orders of visits make, each as early as it can be; one leaves for the first as late as that allows. */
export function schedule(problem: Problem, model: SoftModel, found: Part): RoundsPlan {
  const rounds = new SoftRounds(model);
  const orders: [carer: number, nodes: Int32Array][] = [];
  for (const [carer, nodes] of roundsOf(found)) {
    rounds.setRound(carer, nodes);
    if (nodes.some((node) => node < model.visits)) orders.push([carer, nodes]);
  }
  rounds.retime();
  const plan = orders.sort(([a], [b]) => a - b).map(([carer, nodes]) => roundOf(model, rounds, carer, nodes));
  const unserved = [...found.unserved].sort((a, b) => a - b);
  return { rounds: plan, unserved, cost: costOf(problem, rounds, unserved) };
}

function roundOf(model: SoftModel, rounds: SoftRounds, carer: number, nodes: Int32Array): Round {
  const { firstBreak, firstStart, firstEnd, lasts, breakCarer } = model;
  const { begins } = rounds;
  const firstOwnBreak = breakCarer.indexOf(carer);
  let travel = 0;
  let last = firstStart + carer;
  const way = (node: number): number => {
    const leg = rounds.way(carer, last, node);
    travel += leg;
    return leg;
  };
  const stops: Stop[] = [];
  let leaveAt = begins[last] as number;
  for (const node of nodes) {
    const leg = way(node);
    const beginAt = begins[node] as number;
    if (stops.length === 0) leaveAt = Math.max(leaveAt, beginAt - leg);
    stops.push({
      kind: node < firstBreak ? 'visit' : 'break',
      index: node < firstBreak ? node : node - firstBreak - firstOwnBreak,
      arriveAt: leaveAt + leg,
      beginAt,
      endAt: beginAt + (lasts[node] as number),
    });
    leaveAt = beginAt + (lasts[node] as number);
    last = node;
  }
  const home = way(firstEnd + carer);
  const first = stops[0] as Stop;
  const startAt = first.arriveAt - rounds.way(carer, firstStart + carer, nodes[0] as number);
  return { carer, startAt, endAt: leaveAt + home, travel, stops };
}

function costOf(problem: Problem, rounds: SoftRounds, unserved: number[]): Cost {
  const { travel, wishes, lateCost, uneven, cost } = rounds;
  const unservedPriority = unserved.reduce((sum, v) => sum + (problem.visits[v]?.priority ?? 0), 0);
  return { unservedPriority, total: cost, travel, wishes, late: lateCost, uneven };
}

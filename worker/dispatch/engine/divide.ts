/**
 * A plan cut into parts that can be improved at the same time: rounds that lie near each other stay together, and each
 * time it is cut along other lines, so that what was a border is soon in the middle.
 */
import type { Part } from './anneal.ts';
import { type Model, travelTime } from './model.ts';
import type { Random } from './random.ts';

/** Cuts a part in two again and again until no piece has more visits than `most` and there are at least `least`. */
export function divide(model: Model, whole: Part, most: number, least: number, random: Random): Part[] {
  const parts = [whole];
  for (;;) {
    parts.sort((a, b) => size(b) - size(a));
    const largest = parts[0] as Part;
    if (largest.carers.length < 2 || (size(largest) <= most && parts.length >= least)) return parts;
    parts.splice(0, 1, ...halve(model, largest, random));
  }
}

/** One plan of many parts. */
export function join(parts: readonly Part[]): Part {
  return {
    carers: concat(parts.map(({ carers }) => carers)),
    nodes: concat(parts.map(({ nodes }) => nodes)),
    lengths: concat(parts.map(({ lengths }) => lengths)),
    unserved: concat(parts.map(({ unserved }) => unserved)),
  };
}

function concat(arrays: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of arrays) {
    all.set(one, at);
    at += one.length;
  }
  return all;
}

const size = ({ nodes, unserved }: Part): number => nodes.length + unserved.length;

/** Cuts along the line that is as far from one place drawn at random as from another, moved so that it halves the visits. */
function halve(model: Model, part: Part, random: Random): Part[] {
  const side = sideOf(model, part, random);
  const used: Placed[] = [];
  const empty: Placed[] = [];
  let from = 0;
  for (const [r, carer] of part.carers.entries()) {
    const nodes = part.nodes.subarray(from, from + (part.lengths[r] as number));
    from += nodes.length;
    const visits = nodes.filter((node) => node < model.visits);
    if (visits.length === 0) empty.push({ carer, nodes, weight: 1, side: side(model.firstStart + carer) });
    else {
      const middle = visits.reduce((sum, v) => sum + side(v), 0) / visits.length;
      used.push({ carer, nodes, weight: visits.length, side: middle });
    }
  }
  const [usedLeft, usedRight, border] = cut(used);
  const [emptyLeft, emptyRight, emptyBorder] = cut(empty);
  const line = border ?? emptyBorder ?? 0;
  return [
    partOf(
      [...usedLeft, ...emptyLeft],
      part.unserved.filter((v) => side(v) <= line),
    ),
    partOf(
      [...usedRight, ...emptyRight],
      part.unserved.filter((v) => side(v) > line),
    ),
  ];
}

interface Placed {
  carer: number;
  nodes: Int32Array;
  weight: number;
  side: number;
}

/** How much nearer a node is to one of two places far apart than to the other. */
function sideOf(model: Model, part: Part, random: Random): (node: number) => number {
  const visits = [...part.nodes, ...part.unserved].filter((node) => node < model.visits);
  const drawn = (): number => model.place[visits[random.below(visits.length)] ?? model.firstStart] as number;
  const one = drawn();
  const away = (place: number) => travelTime(model, 0, one, place);
  const other = [drawn(), drawn(), drawn(), drawn()].reduce((a, b) => (away(b) > away(a) ? b : a));
  return (node) => {
    const place = model.place[node] as number;
    return travelTime(model, 0, one, place) - travelTime(model, 0, other, place);
  };
}

/** Two halves by weight, and the side value between them; null when there is nothing to cut. */
function cut(all: Placed[]): [Placed[], Placed[], number | null] {
  all.sort((a, b) => a.side - b.side || a.carer - b.carer);
  const half = all.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let weight = 0;
  for (const [i, one] of all.entries()) {
    weight += one.weight;
    if (weight >= half) return [all.slice(0, i + 1), all.slice(i + 1), one.side];
  }
  return [[], [], null];
}

const partOf = (placed: Placed[], unserved: Int32Array): Part => ({
  carers: Int32Array.from(placed, ({ carer }) => carer),
  nodes: concat(placed.map(({ nodes }) => nodes)),
  lengths: Int32Array.from(placed, ({ nodes }) => nodes.length),
  unserved,
});

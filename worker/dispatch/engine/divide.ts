/**
 * A plan cut into parts that can be improved at the same time: rounds that lie near each other stay together, and each
 * time it is cut along other lines, so that what was a border is soon in the middle.
 */
import { type Model, travelTime } from './model.ts';
import { type Part, partOf, roundsOf, sizeOf, visitsOf } from './part.ts';
import type { Random } from './random.ts';

/**
 * Cuts a part in two again and again until no piece has more visits than `most` and there are at least `least`, or the
 * largest cannot be cut: no piece is without carers.
 */
export function divide(model: Model, whole: Part, most: number, least: number, random: Random): Part[] {
  const parts = [whole];
  for (;;) {
    parts.sort((a, b) => sizeOf(b) - sizeOf(a));
    const largest = parts[0] as Part;
    if (largest.carers.length < 2 || (sizeOf(largest) <= most && parts.length >= least)) return parts;
    const halves = halve(model, largest, random);
    if (halves.some(({ carers }) => carers.length === 0)) return parts;
    parts.splice(0, 1, ...halves);
  }
}

/** Cuts along the line that is as far from one place drawn at random as from another, moved so that it halves the visits. */
function halve(model: Model, part: Part, random: Random): Part[] {
  const side = sideOf(model, part, random);
  const used: Placed[] = [];
  const empty: Placed[] = [];
  for (const [carer, nodes] of roundsOf(part)) {
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
      roundsIn([...usedLeft, ...emptyLeft]),
      part.unserved.filter((v) => side(v) <= line),
    ),
    partOf(
      roundsIn([...usedRight, ...emptyRight]),
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
  const visits = visitsOf(model, part);
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
    // The last is never on the side of all others.
    const isLeft = weight >= half || i === all.length - 2;
    if (isLeft) return [all.slice(0, i + 1), all.slice(i + 1), one.side];
  }
  return [[], [], null];
}

const roundsIn = (placed: Placed[]) => placed.map(({ carer, nodes }) => [carer, nodes] as const);

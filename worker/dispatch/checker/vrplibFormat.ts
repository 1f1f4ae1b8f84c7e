/**
 * VRPLIB: a `.vrp` with time windows and a `.sol`. Distances are Euclidean, truncated to one decimal, and are the times
 * too; so all is counted in whole tenths, where sums are exact.
 */
import { Unreadable } from './reading.ts';

/** A stop by its number in the solution: 0 is the depot, customer n is node n + 1 of the file. In tenths, but the demand. */
export interface VrplibStop {
  x: number;
  y: number;
  demand: number;
  opensAt: number;
  closesAt: number;
  service: number;
}

export interface VrplibProblem {
  vehicles: number;
  capacity: number;
  stops: VrplibStop[];
}

export interface VrplibSolution {
  routes: number[][];
  /** In tenths; null when it states none. */
  cost: number | null;
}

const headers = [
  'NAME',
  'COMMENT',
  'TYPE',
  'DIMENSION',
  'VEHICLES',
  'CAPACITY',
  'SERVICE_TIME',
  'EDGE_WEIGHT_TYPE',
];
/** How many numbers a line of a section has. */
const sections: Record<string, number> = {
  NODE_COORD_SECTION: 3,
  DEMAND_SECTION: 2,
  TIME_WINDOW_SECTION: 3,
  SERVICE_TIME_SECTION: 2,
  DEPOT_SECTION: 1,
};
const fixed: Record<string, string> = { TYPE: 'VRPTW', EDGE_WEIGHT_TYPE: 'EUC_2D' };
const tenths = (value: number): number => Math.round(value * 10);

/** The distance of two stops in tenths: truncated, never rounded. */
export function tenthsBetween(from: VrplibStop, to: VrplibStop): number {
  const [dx, dy] = [from.x - to.x, from.y - to.y];
  return Math.floor(Math.sqrt(100 * (dx * dx + dy * dy)));
}

/** A `.vrp` with time windows; throws `Unreadable`. */
export function readVrp(text: string): VrplibProblem {
  const { header, rows } = partsOf(text);
  for (const [key, value] of Object.entries(fixed))
    if (header.get(key) !== value) throw new Unreadable('problem', key, `must be ${value}`);
  const count = wholeOf(header, 'DIMENSION');
  if (count === 0) throw new Unreadable('problem', 'DIMENSION', 'must count the depot');
  const column = (section: string): number[][] => {
    const lines = rows.get(section) ?? [];
    if (lines.length !== count || lines.some(([node], i) => node !== i + 1))
      throw new Unreadable('problem', section, `must have the nodes 1 to ${count} in order`);
    return lines;
  };
  if (rows.get('DEPOT_SECTION')?.flat().join() !== '1,-1')
    throw new Unreadable('problem', 'DEPOT_SECTION', 'must be node 1 alone, then -1');
  const places = column('NODE_COORD_SECTION');
  const demands = column('DEMAND_SECTION');
  const windows = column('TIME_WINDOW_SECTION');
  const isServiceEach = rows.has('SERVICE_TIME_SECTION');
  const services = isServiceEach ? column('SERVICE_TIME_SECTION') : [];
  const sameService = isServiceEach ? 0 : wholeOf(header, 'SERVICE_TIME');
  const stops = places.map(([, x = 0, y = 0], i): VrplibStop => {
    const [, opensAt = 0, closesAt = 0] = windows[i] ?? [];
    const [, demand = 0] = demands[i] ?? [];
    const [, service = sameService] = services[i] ?? [];
    return { x, y, demand, opensAt: tenths(opensAt), closesAt: tenths(closesAt), service: tenths(service) };
  });
  return { vehicles: wholeOf(header, 'VEHICLES'), capacity: wholeOf(header, 'CAPACITY'), stops };
}

/** The lines `KEY : value`, and the numbers of each section. */
function partsOf(text: string): { header: Map<string, string>; rows: Map<string, number[][]> } {
  const header = new Map<string, string>();
  const rows = new Map<string, number[][]>();
  let section: string | null = null;
  for (const [i, whole] of text.split('\n').entries()) {
    const line = whole.trim();
    if (line === 'EOF') break;
    if (line === '') continue;
    if (/^-?[\d.]/.test(line)) {
      const numbers = line.split(/\s+/).map(Number);
      if (section === null || numbers.length !== sections[section] || !numbers.every(Number.isFinite))
        throw new Unreadable('problem', `line ${i + 1}`, 'is no line of a section');
      rows.get(section)?.push(numbers);
      continue;
    }
    const [key = '', value = ''] = line.split(':').map((part) => part.trim());
    const isHeader = headers.includes(key);
    if (!isHeader && !(key in sections)) throw new Unreadable('problem', key, 'is not supported');
    section = isHeader ? null : key;
    if (isHeader) header.set(key, value);
    else rows.set(key, []);
  }
  return { header, rows };
}

function wholeOf(header: Map<string, string>, key: string): number {
  const value = Number(header.get(key) || Number.NaN);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new Unreadable('problem', key, 'must be a whole number');
  return value;
}

/** A `.sol`: `Route #1: 5 3 9` lines and `Cost 123.4`; throws `Unreadable`. */
export function readSol(text: string): VrplibSolution {
  const solution: VrplibSolution = { routes: [], cost: null };
  for (const [i, whole] of text.split('\n').entries()) {
    const line = whole.trim();
    const route = /^Route\s+#\d+:((?:\s+\d+)*)$/.exec(line)?.[1];
    const cost = /^Cost:?\s+(\d+(?:\.\d+)?)$/.exec(line)?.[1];
    if (route !== undefined) solution.routes.push(route.match(/\d+/g)?.map(Number) ?? []);
    else if (cost !== undefined) solution.cost = Number(cost) * 10;
    else if (line !== '') throw new Unreadable('plan', `line ${i + 1}`, 'is neither a route nor a cost');
  }
  return solution;
}

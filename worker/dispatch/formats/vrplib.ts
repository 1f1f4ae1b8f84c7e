/**
 * VRPLIB text with time windows: distances are truncated to one decimal, so a unit of time is a tenth and all is whole.
 * Every customer must be served, so all have the same high priority; the depot's window is every vehicle's shift.
 */
import type { Carer, RoundsPlan, Visit, Window } from '../problem.ts';
import { FOREVER, scaled } from './fields.ts';
import { FormatError, missing, twice } from './formatError.ts';
import type { Reading } from './reading.ts';

const SCALE = 10;
const PRIORITY = 1_000_000;
/** A gigabyte of distances. */
const MOST_NODES = 16_000;

const valueKeys = [
  ...['NAME', 'COMMENT', 'TYPE', 'DIMENSION', 'VEHICLES', 'CAPACITY', 'SERVICE_TIME', 'EDGE_WEIGHT_TYPE'],
];
/** By section, how many numbers follow a node. */
const sectionWidths: Readonly<Record<string, number>> = {
  NODE_COORD_SECTION: 2,
  DEMAND_SECTION: 1,
  TIME_WINDOW_SECTION: 2,
  SERVICE_TIME_SECTION: 1,
  DEPOT_SECTION: 0,
};

/** A line of a section: the node and its numbers. */
interface Row {
  node: number;
  numbers: number[];
  path: string;
}

interface Parts {
  values: Map<string, string>;
  sections: Map<string, Row[]>;
}

export function readVrplib(text: string): Reading {
  const parts = partsOf(text);
  for (const [key, right] of [
    ['TYPE', 'VRPTW'],
    ['EDGE_WEIGHT_TYPE', 'EUC_2D'],
  ] as const) {
    const value = parts.values.get(key);
    if (value === undefined) throw missing(key);
    if (value !== right) throw new FormatError(key, `应为 ${right}`, `must be ${right}, not ${value}`);
  }
  const nodes = numberOf(parts, 'DIMENSION', 1);
  if (nodes < 2 || nodes > MOST_NODES)
    throw new FormatError('DIMENSION', `应为 2 到 ${MOST_NODES}`, `must be from 2 to ${MOST_NODES}`);
  const depot = depotOf(parts, nodes);
  const coordinates = byNode(parts, 'NODE_COORD_SECTION', nodes);
  const windows = byNode(parts, 'TIME_WINDOW_SECTION', nodes).map(windowOfRow);
  const demands = byNode(parts, 'DEMAND_SECTION', nodes);
  const services = servicesOf(parts, nodes);
  const capacity = numberOf(parts, 'CAPACITY', 1);
  const vehicles = parts.values.has('VEHICLES') ? numberOf(parts, 'VEHICLES', 1) : nodes - 1;

  const visits: Visit[] = [];
  for (let node = 0; node < nodes; node++) {
    if (node === depot) continue;
    visits.push({
      id: String(node),
      place: node,
      duration: services[node] as number,
      windows: [windows[node] as Window],
      skills: [],
      priority: PRIORITY,
      load: [scaled(demands[node]?.numbers[0], demands[node]?.path ?? '', 1)],
    });
  }
  const carers = Array.from(
    { length: vehicles },
    (_, v): Carer => ({
      id: String(v + 1),
      start: depot,
      end: depot,
      shift: windows[depot] as Window,
      skills: [],
      mode: 0,
      capacity: [capacity],
    }),
  );
  return {
    format: 'VRPLIB',
    problem: {
      travel: { places: nodes, matrices: [distancesOf(coordinates)], coordinates: null },
      visits,
      carers,
    },
    scale: SCALE,
    profiles: [],
    write: (plan) => writeSolution(plan, visits),
  };
}

/** Splits the text into values by key and rows by section; a key or section that is not known is refused. */
function partsOf(text: string): Parts {
  const parts: Parts = { values: new Map(), sections: new Map() };
  let rows: Row[] | null = null;
  let section = '';
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === 'EOF') break;
    if (line === '') continue;
    const heading = /^([A-Z_0-9]+)\s*(?::\s*(.*))?$/.exec(line);
    if (heading && /^[A-Z]/.test(line)) {
      const [, key = '', value] = heading;
      if (parts.values.has(key) || parts.sections.has(key)) throw twice(key, key);
      section = key;
      rows = null;
      if (key in sectionWidths) {
        rows = [];
        parts.sections.set(key, rows);
      } else if (valueKeys.includes(key)) parts.values.set(key, value ?? '');
      else
        throw new FormatError(
          key,
          `不认识；可用的有 ${[...valueKeys, ...Object.keys(sectionWidths)].join('、')}`,
          `is not known; known are ${[...valueKeys, ...Object.keys(sectionWidths)].join(', ')}`,
        );
    } else if (rows === null)
      throw new FormatError('', `有一行读不懂：${line}`, `has a line that means nothing: ${line}`);
    else rows.push(rowOf(line, `${section}[${rows.length}]`, sectionWidths[section] as number));
  }
  return parts;
}

function rowOf(line: string, path: string, width: number): Row {
  const [node = Number.NaN, ...numbers] = line.split(/\s+/).map(Number);
  if (!Number.isInteger(node) || numbers.length !== width || !numbers.every(Number.isFinite))
    throw new FormatError(path, `应为节点号和 ${width} 个数`, `must be a node's number and ${width} more`);
  return { node, numbers, path };
}

function numberOf(parts: Parts, key: string, scale: number): number {
  const value = parts.values.get(key);
  if (value === undefined) throw missing(key);
  return scaled(Number(value), key, scale);
}

/** The depot, counted from 0. */
function depotOf({ sections }: Parts, nodes: number): number {
  const rows = sections.get('DEPOT_SECTION');
  if (!rows) throw missing('DEPOT_SECTION');
  const [depot, end, ...more] = rows.map(({ node }) => node);
  if (depot === undefined || depot < 1 || depot > nodes || (end ?? -1) !== -1 || more.length > 0)
    throw new FormatError('DEPOT_SECTION', '应为一个节点和 -1', 'must be one node and -1');
  return depot - 1;
}

/** The rows of a section in the order of the nodes, one for each. */
function byNode({ sections }: Parts, name: string, nodes: number): Row[] {
  const rows = sections.get(name);
  if (!rows) throw missing(name);
  const found = new Array<Row | undefined>(nodes).fill(undefined);
  for (const row of rows) {
    if (row.node < 1 || row.node > nodes)
      throw new FormatError(row.path, `节点应为 1 到 ${nodes}`, `must be of a node from 1 to ${nodes}`);
    if (found[row.node - 1]) throw twice(row.path, row.node);
    found[row.node - 1] = row;
  }
  const lost = found.indexOf(undefined);
  if (lost >= 0) throw new FormatError(name, `缺少节点 ${lost + 1}`, `has no line for node ${lost + 1}`);
  return found as Row[];
}

function windowOfRow({ numbers, path }: Row): Window {
  const [from, until] = numbers.map((one) => scaled(one, path, SCALE)) as [number, number];
  if (until < from) throw new FormatError(path, '结束应不早于开始', 'must not end before it begins');
  return { from, until };
}

/** Either one time for all but the depot, or one for each. */
function servicesOf(parts: Parts, nodes: number): number[] {
  if (parts.sections.has('SERVICE_TIME_SECTION'))
    return byNode(parts, 'SERVICE_TIME_SECTION', nodes).map(({ numbers, path }) =>
      scaled(numbers[0], path, SCALE),
    );
  return new Array<number>(nodes).fill(numberOf(parts, 'SERVICE_TIME', SCALE));
}

function distancesOf(nodes: readonly Row[]): Int32Array {
  const cells = new Int32Array(new SharedArrayBuffer(nodes.length ** 2 * Int32Array.BYTES_PER_ELEMENT));
  for (const [a, { numbers: from, path }] of nodes.entries())
    for (const [b, { numbers: to }] of nodes.entries()) {
      const [dx, dy] = [(from[0] as number) - (to[0] as number), (from[1] as number) - (to[1] as number)];
      const distance = Math.floor(SCALE * Math.sqrt(dx * dx + dy * dy));
      if (distance > FOREVER) throw new FormatError(path, '相距太远', 'is too far from the others');
      cells[a * nodes.length + b] = distance;
    }
  return cells;
}

/** Customers are numbered from 1, the depot is 0; those that nobody serves are named in a line of their own. */
function writeSolution(plan: RoundsPlan, visits: readonly Visit[]): string {
  const idOf = (index: number) => visits[index]?.id;
  const routes = plan.rounds.map(
    ({ stops }, r) => `Route #${r + 1}: ${stops.map((stop) => idOf(stop.index)).join(' ')}`,
  );
  const travel = plan.rounds.reduce((sum, round) => sum + round.travel, 0);
  const unserved = plan.unserved.length > 0 ? [`Unserved ${plan.unserved.map(idOf).join(' ')}`] : [];
  return `${[...routes, `Cost ${(travel / SCALE).toFixed(1)}`, ...unserved].join('\n')}\n`;
}

import { describe, expect, it } from 'vitest';
import { checkVrplib } from '../../../worker/dispatch/checker/vrplib.ts';

/** Three customers of a depot at (0, 0); the way to customer 3 is the root of 2, which counts as 1.4. */
const vrp = `NAME : three
TYPE : VRPTW
DIMENSION : 4
VEHICLES : 2
CAPACITY : 10
SERVICE_TIME : 2
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 3 4
3 6 8
4 1 1
DEMAND_SECTION
1 0
2 4
3 6
4 1
TIME_WINDOW_SECTION
1 0 100
2 0 5
3 20 30
4 0 50
DEPOT_SECTION
1
-1
EOF
`;
const sol = `Route #1: 1 2
Route #2: 3
Cost 22.8
`;
const broken = (problem: string, plan: string) => checkVrplib(problem, plan).broken;

describe('a solution in VRPLIB', () => {
  it('is valid when it keeps every rule, with distances truncated to one decimal', () => {
    expect(checkVrplib(vrp, sol)).toEqual({
      valid: true,
      broken: [],
      brokenCount: 0,
      figures: { routes: 2, served: 3, cost: 22.8, waiting: 8 },
    });
  });

  it('may have a service time for each customer, and state no cost', () => {
    const each = vrp
      .replace('SERVICE_TIME : 2\n', '')
      .replace('DEPOT_SECTION', 'SERVICE_TIME_SECTION\n1 0\n2 13\n3 2\n4 2\nDEPOT_SECTION');
    const { valid, figures } = checkVrplib(each, sol.replace('Cost 22.8\n', ''));
    expect(valid).toBe(true);
    expect(figures.waiting).toBe(0);
  });

  it.each([
    ['misses a customer', vrp, 'Route #1: 1 2\n', [{ rule: 'visit-missing', visit: 3 }]],
    [
      'serves a customer twice',
      vrp,
      'Route #1: 1 2\nRoute #2: 3 3\n',
      [{ rule: 'visit-twice', carer: 2, visit: 3 }],
    ],
    [
      'serves the depot',
      vrp,
      'Route #1: 1 2\nRoute #2: 0 3\n',
      [{ rule: 'unknown-visit', carer: 2, visit: 0 }],
    ],
    [
      'serves who is not there',
      vrp,
      'Route #1: 1 2\nRoute #2: 3 4\n',
      [{ rule: 'unknown-visit', carer: 2, visit: 4 }],
    ],
    ['loads too much', vrp, 'Route #1: 1 3 2\n', [{ rule: 'capacity', carer: 1, by: 1 }]],
    [
      'comes after the window',
      vrp.replace('2 0 5\n', '2 0 4.5\n'),
      sol,
      [{ rule: 'window', carer: 1, visit: 1, by: 0.5 }],
    ],
    ['comes home too late', vrp.replace('1 0 100', '1 0 31.9'), sol, [{ rule: 'shift', carer: 1, by: 0.1 }]],
    [
      'takes too many vehicles',
      vrp.replace('VEHICLES : 2', 'VEHICLES : 1'),
      sol,
      [{ rule: 'too-many-routes', by: 1 }],
    ],
    [
      'claims a lower cost',
      vrp,
      sol.replace('22.8', '22.7'),
      [{ rule: 'claim', of: 'Cost', by: expect.closeTo(0.1) }],
    ],
  ])('is not valid when it %s', (_, problem, plan, rules) => {
    expect(broken(problem, plan)).toEqual(rules);
  });

  it.each([
    ['a type without windows', 'TYPE', vrp.replace('VRPTW', 'CVRP'), sol],
    ['rounded distances', 'EDGE_WEIGHT_TYPE', vrp.replace('EUC_2D', 'CEIL_2D'), sol],
    ['a header that might be a rule', 'DISTANCE', vrp.replace('CAPACITY', 'DISTANCE : 50\nCAPACITY'), sol],
    [
      'a section that might be a rule',
      'BACKHAUL_SECTION',
      vrp.replace('DEPOT', 'BACKHAUL_SECTION\n2\nDEPOT'),
      sol,
    ],
    ['a customer without a window', 'TIME_WINDOW_SECTION', vrp.replace('4 0 50\n', ''), sol],
    ['a line that is no customer', 'line 10', vrp.replace('2 3 4', '2 3'), sol],
    ['another depot', 'DEPOT_SECTION', vrp.replace('\n1\n-1', '\n2\n-1'), sol],
    ['no capacity', 'CAPACITY', vrp.replace('CAPACITY : 10\n', ''), sol],
    ['a solution that is none', 'line 2', vrp, sol.replace('Route #2', 'Way 2')],
  ])('cannot be read with %s, and where is named', (_, field, problem, plan) => {
    expect(() => broken(problem, plan)).toThrow(expect.objectContaining({ name: 'Unreadable', field }));
  });
});

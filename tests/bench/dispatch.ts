/**
 * How good and how quick the plans of the engine are, on two threads; each is judged by the checker. `dispatch` measures
 * all parts but the long one, whose 300 s a route take hours; each part has a name of its own.
 */
import { existsSync } from 'node:fs';
import { city } from './dispatch/city.ts';
import { days } from './dispatch/days.ts';
import { growth } from './dispatch/growth.ts';
import { homeCare } from './dispatch/homeCare.ts';
import { dataFolder } from './dispatch/plans.ts';
import { longRoutes, routes } from './dispatch/routes.ts';
import type { Figure } from './figure.ts';

type Part = (isQuick: boolean) => Promise<Figure[]>;

const withData =
  (part: Part): Part =>
  (isQuick) => {
    if (existsSync(dataFolder)) return part(isQuick);
    throw new Error(
      `the published instances are not in ${dataFolder}; HUZHU_BENCH_DATA names another folder`,
    );
  };

const usual = { routes, care: homeCare, days, city, growth };

export const dispatchParts: Record<string, Part> = Object.fromEntries(
  Object.entries({ ...usual, long: longRoutes }).map(([name, part]) => [`dispatch.${name}`, withData(part)]),
);

export const dispatch: Part = withData(async (isQuick) => {
  const figures: Figure[] = [];
  for (const part of Object.values(usual)) figures.push(...(await part(isQuick)));
  return figures;
});

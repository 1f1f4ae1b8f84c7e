/**
 * `npm run bench -- NAME [--quick]`: measures on this machine and prints each figure as a line of JSON, then all as a
 * table. Starts what it needs and removes it again.
 */
import { dispatch, dispatchParts } from './dispatch.ts';
import type { Figure } from './figure.ts';
import { history } from './history.ts';
import { ledger } from './ledger.ts';
import { live } from './live.ts';
import { orders } from './orders.ts';
import { recommendation } from './recommend.ts';
import { start } from './start.ts';

const benches: Record<string, (isQuick: boolean) => Promise<Figure[]>> = {
  dispatch,
  ...dispatchParts,
  history,
  ledger,
  live,
  orders,
  recommend: recommendation,
  start,
};

const names = process.argv.slice(2).filter((argument) => argument !== '--quick');
const isQuick = process.argv.includes('--quick');
const unknown = names.find((name) => !(name in benches));
if (names.length === 0 || unknown !== undefined) {
  console.error(
    `${unknown === undefined ? 'Name' : `There is no bench named ${unknown}; name`} one or more of: ${Object.keys(benches).join(', ')}`,
  );
  process.exit(1);
}

const figures: Figure[] = [];
for (const name of names) {
  for (const one of await (benches[name] as (isQuick: boolean) => Promise<Figure[]>)(isQuick)) {
    console.log(JSON.stringify(one));
    figures.push(one);
  }
}
console.table(Object.fromEntries(figures.map(({ bench, ...rest }) => [bench, rest])));
process.exit(figures.every((one) => one.ok) ? 0 : 1);

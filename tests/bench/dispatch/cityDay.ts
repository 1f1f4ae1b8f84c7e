/** A synthetic day of the city, made anew for each measurement. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { data } from './plans.ts';

export interface CityDay {
  visits: number;
  carers: number;
  seed: number;
  /** One of the eleven districts alone. */
  district?: number;
}

/** Makes a day with its matrix as VROOM's JSON, or by coordinates as compact JSON, and removes it afterwards. */
export async function withDay<Found>(
  { visits, carers, seed, district }: CityDay,
  form: 'matrix' | 'coordinates',
  use: (problem: string) => Promise<Found>,
): Promise<Found> {
  const folder = mkdtempSync(path.join(tmpdir(), 'huzhu-bench-'));
  try {
    const prefix = path.join(folder, 'day');
    const [compact, withMatrix] = [`${prefix}.json`, `${prefix}.vroom.json`];
    // The matrix of a whole city would be gigabytes: where a folder stands in its place, only the compact day is written.
    if (form === 'coordinates') mkdirSync(withMatrix);
    const args = [visits, carers, seed, prefix, ...(district === undefined ? [] : [district])].map(String);
    const made = spawnSync(process.execPath, [data('city-day.mjs'), ...args]);
    if (!existsSync(compact) || (form === 'matrix' && made.status !== 0))
      throw new Error(`the city day was not made: ${made.stderr}`);
    return await use(form === 'matrix' ? withMatrix : compact);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

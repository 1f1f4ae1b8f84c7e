/** How often properties of the ledger are tried, and how a run that failed is repeated from what it printed. */
import type { Parameters } from 'fast-check';

/** fast-check's settings: `runs` tries, or the one of LEDGER_SEED and LEDGER_PATH. */
export function asRepeated<T>(runs: number, more: Parameters<T> = {}): Parameters<T> {
  const { LEDGER_SEED, LEDGER_PATH, LEDGER_RUNS, LEDGER_SHRINK } = process.env;
  return {
    numRuns: LEDGER_RUNS ? Number(LEDGER_RUNS) : runs,
    ...(LEDGER_SEED ? { seed: Number(LEDGER_SEED) } : {}),
    // What is printed repeats at once; shrinking it is asked for with LEDGER_SHRINK.
    endOnFailure: !LEDGER_SHRINK,
    ...(LEDGER_PATH ? { path: LEDGER_PATH } : {}),
    ...more,
  };
}

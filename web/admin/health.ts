/** Whether the front door answers and reaches its database, asked as a machine would ask. */

export interface Health {
  /** `/healthz`: the process answers. */
  alive: boolean;
  /** `/readyz`: it reaches its database. */
  ready: boolean;
  /** How long `/readyz` took, milliseconds. */
  tookMs: number;
  at: Date;
}

async function answers(path: string): Promise<boolean> {
  try {
    return (await fetch(path, { headers: { Accept: 'application/json' }, cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}

export async function readHealth(): Promise<Health> {
  const alive = await answers('/healthz');
  const began = performance.now();
  const ready = await answers('/readyz');
  return { alive, ready, tookMs: Math.round(performance.now() - began), at: new Date() };
}

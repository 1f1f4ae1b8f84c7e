/** One request for a table of OSRM's: a block of places from and to, asked once more when the server stumbles. */

interface Server {
  base: string;
  profile: string;
  timeoutMs: number;
}

export interface TableAnswer {
  /** Seconds, or null where there is no way; null as a whole when the server did not answer. */
  durations: (number | null)[][] | null;
  failure: string | null;
}

const TRIES = 2;
/** The server names one place far from any road at a time; more than these are not worth asking without. */
const MOST_LEFT_OUT = 5;
const isLastTry = (attempt: number) => attempt === TRIES;

/** Asks for the times from places to places, each `lon,lat`. Never rejects but for an abort of the caller's signal. */
export async function askTable(
  server: Server,
  from: readonly string[],
  to: readonly string[],
  signal?: AbortSignal,
): Promise<TableAnswer> {
  const leftOut = new Set<string>();
  let failure: string | null = null;
  while (leftOut.size <= MOST_LEFT_OUT) {
    const [rows, columns] = [from, to].map((list) => list.filter((place) => !leftOut.has(place))) as [
      string[],
      string[],
    ];
    if (rows.length === 0 || columns.length === 0) break;
    const answer = await askTwice(server, rows, columns, signal);
    failure = answer.failure ?? failure;
    if (answer.durations) return { durations: spread(answer.durations, from, to, leftOut), failure };
    if (answer.offRoad === null) return { durations: null, failure };
    leftOut.add(answer.offRoad);
  }
  return { durations: from.map(() => to.map(() => null)), failure };
}

interface Attempt extends TableAnswer {
  /** The place that the server says no road is near to. */
  offRoad: string | null;
  isWorthAnother: boolean;
}

async function askTwice(
  server: Server,
  from: readonly string[],
  to: readonly string[],
  signal?: AbortSignal,
): Promise<Attempt> {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask(server, from, to, signal);
    if (answer.durations || !answer.isWorthAnother || isLastTry(attempt)) return answer;
  }
}

async function ask(
  server: Server,
  from: readonly string[],
  to: readonly string[],
  signal?: AbortSignal,
): Promise<Attempt> {
  const places = [...new Set([...from, ...to])];
  const indices = (list: readonly string[]) => list.map((place) => places.indexOf(place)).join(';');
  const url =
    `${server.base.replace(/\/+$/, '')}/table/v1/${encodeURIComponent(server.profile)}/${places.join(';')}` +
    `?annotations=duration&sources=${indices(from)}&destinations=${indices(to)}`;
  const limit = AbortSignal.timeout(server.timeoutMs);
  try {
    const response = await fetch(url, { signal: signal ? AbortSignal.any([signal, limit]) : limit });
    const body = (await response.json().catch((error: unknown) => {
      if (limit.aborted || signal?.aborted) throw error;
      return null;
    })) as { code?: string; message?: string; durations?: unknown } | null;
    const durations = response.ok && body?.code === 'Ok' ? durationsOf(body.durations, from, to) : null;
    if (durations) return { durations, failure: null, offRoad: null, isWorthAnother: false };
    const offRoad = body?.code === 'NoSegment' ? /coordinate (\d+)/.exec(body.message ?? '')?.[1] : undefined;
    return {
      durations: null,
      failure: `HTTP ${response.status} ${body?.code ?? ''} ${body?.message ?? ''}`.trim(),
      offRoad: offRoad === undefined ? null : (places[Number(offRoad)] ?? null),
      isWorthAnother: response.status >= 500 || response.status === 429 || response.ok,
    };
  } catch (error) {
    signal?.throwIfAborted();
    const failure = limit.aborted ? `no answer in ${server.timeoutMs} ms` : reasonOf(error);
    return { durations: null, failure, offRoad: null, isWorthAnother: true };
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message;
}

/** The table as it was asked for, or null when it is another shape; what is no time is no way. */
function durationsOf(
  table: unknown,
  from: readonly string[],
  to: readonly string[],
): (number | null)[][] | null {
  const isTable =
    Array.isArray(table) &&
    table.length === from.length &&
    table.every((row) => Array.isArray(row) && row.length === to.length);
  if (!isTable) return null;
  return (table as unknown[][]).map((row) =>
    row.map((cell) => (typeof cell === 'number' && cell >= 0 && cell < 1e9 ? cell : null)),
  );
}

/** Puts the rows and columns back that were left out, as without a way. */
function spread(
  durations: readonly (number | null)[][],
  from: readonly string[],
  to: readonly string[],
  leftOut: ReadonlySet<string>,
): (number | null)[][] {
  const rows = durations.values();
  return from.map((place) => {
    const cells = leftOut.has(place) ? null : rows.next().value?.values();
    return to.map((other) => (cells && !leftOut.has(other) ? (cells.next().value ?? null) : null));
  });
}

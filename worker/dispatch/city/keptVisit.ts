/** What somebody has promised already, as a visit of a problem that nothing moves. */
import type { Visit } from '../problem.ts';
import type { Places } from './places.ts';
import type { KeptStop } from './spans.ts';

/** The `n`th that a carer, by number and name, keeps; `seconds` says an instant in the problem's time. */
export function keptVisit(
  stop: KeptStop,
  { carer, name, n }: { carer: number; name: string; n: number },
  places: Places,
  seconds: (ms: number) => number,
): Visit {
  const at = seconds(stop.from);
  return {
    id: `kept:${name}:${n}`,
    place: places.of(stop.lat, stop.lon),
    duration: Math.round((stop.until - stop.from) / 1000),
    windows: [{ from: at, until: at }],
    skills: [],
    priority: 1,
    pinned: { carer, at },
  };
}

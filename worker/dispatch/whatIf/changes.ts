/** Changes to a problem from a file: more carers, who may begin and end at a new station. */
import { DispatchFailure } from '../arguments.ts';
import type { Carer, Problem, Travel } from '../problem.ts';

export interface Position {
  lat: number;
  lon: number;
}

export interface MoreCarers {
  count: number;
  /** They are like this one by id; null: like all there are, in turn. */
  like: string | null;
  /** Where they begin and end, in turn; none: where those do whom they are like. */
  stations: readonly Position[];
}

/** The problem with more carers behind those it has. Throws `DispatchFailure` where it cannot be said who or where they are. */
export function withCarers(problem: Problem, { count, like, stations }: MoreCarers): Problem {
  const models = problem.carers.filter(({ id }) => like === null || id === like);
  if (models.length === 0)
    throw new DispatchFailure(
      like === null ? '问题中没有护理员可参照。' : `--like：问题中没有护理员 ${like}。`,
      like === null
        ? 'There is no carer in the problem to be like.'
        : `--like: there is no carer ${like} in the problem.`,
    );
  const { travel, first } = withPlaces(problem.travel, stations);
  const added = Array.from({ length: count }, (_, n): Carer => {
    const model = models[n % models.length] as Carer;
    const station = stations.length > 0 ? first + (n % stations.length) : null;
    return {
      ...model,
      id: freeId(problem, n),
      ...(station === null ? {} : { start: station, end: station }),
    };
  });
  return { ...problem, travel, carers: [...problem.carers, ...added] };
}

/** Carers are numbers in some formats, so the new ones are too, above all there are. */
function freeId({ carers }: Problem, n: number): string {
  const most = carers.reduce((all, { id }) => Math.max(all, Number(id) || 0), 0);
  return String(most + 1 + n);
}

function withPlaces(travel: Travel, positions: readonly Position[]): { travel: Travel; first: number } {
  const { coordinates, places } = travel;
  if (positions.length === 0) return { travel, first: places };
  if (!coordinates)
    throw new DispatchFailure(
      '--station：问题文件只有路上时间，没有坐标。',
      '--station: the problem has travel times and no coordinates.',
    );
  const { lat, lon, modes } = coordinates;
  return {
    first: places,
    travel: {
      places: places + positions.length,
      matrices: null,
      coordinates: {
        lat: Float64Array.from([...lat, ...positions.map((one) => one.lat)]),
        lon: Float64Array.from([...lon, ...positions.map((one) => one.lon)]),
        modes,
      },
    },
  };
}

/** City days with more demand than the carers can serve, against what VROOM reaches or better. */
import { checkVroom } from '../../../worker/dispatch/checker/vroom.ts';
import { type Figure, figure } from '../figure.ts';
import { type CityDay, withDay } from './cityDay.ts';
import { planned, QUICK_SECONDS, SECONDS, text } from './plans.ts';

/** What VROOM reached or better, in priority served and seconds of travel. */
const cityDays: (CityDay & { priority: number; travel: number })[] = [
  { visits: 1000, carers: 100, seed: 1, priority: 22_000, travel: 1_165_000 },
  { visits: 27_400, carers: 2000, seed: 3, district: 0, priority: 48_240, travel: 560_000 },
  { visits: 5000, carers: 500, seed: 2, priority: 116_250, travel: 3_660_000 },
];

export async function days(isQuick: boolean): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { priority, travel, ...day } of isQuick ? cityDays.slice(0, 1) : cityDays) {
    const name = `dispatch.day.${day.visits}x${day.carers}${day.district === undefined ? '' : `.district${day.district}`}`;
    const found = await withDay(day, 'matrix', (problem) =>
      planned(problem, isQuick ? QUICK_SECONDS : SECONDS, (written) =>
        checkVroom(JSON.parse(text(problem)), JSON.parse(written)),
      ),
    );
    figures.push(
      figure(`${name}.priority`, found.priority, 'priority served', `>= ${priority}`),
      figure(`${name}.travel`, found.travel, 's of travel', `<= ${travel}`),
    );
  }
  return figures;
}

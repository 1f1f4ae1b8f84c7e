import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tidyWeek, type Window } from '../../../db/availability/rules.ts';

const windows = fc.array(
  fc
    .record({
      weekday: fc.integer({ min: 1, max: 7 }),
      startMinute: fc.integer({ min: 0, max: 1439 }),
      minutes: fc.integer({ min: 1, max: 1440 }),
    })
    .map(({ weekday, startMinute, minutes }) => ({ weekday, startMinute, endMinute: startMinute + minutes })),
  { maxLength: 8 },
);

/** The minutes of two weeks that windows hold, so that Sunday night is seen, too. */
function minutesOf(week: readonly Window[]): Set<number> {
  const held = new Set<number>();
  for (const { weekday, startMinute, endMinute } of week)
    for (let minute = startMinute; minute < endMinute; minute++) held.add((weekday - 1) * 1440 + minute);
  return held;
}

describe('a week of windows', () => {
  it('holds the same minutes after it is tidied, in as many windows or fewer, each starting on its own day', () => {
    fc.assert(
      fc.property(windows, (given) => {
        const tidy = tidyWeek(given) ?? [];
        expect(minutesOf(tidy)).toEqual(minutesOf(given));
        expect(tidy.length).toBeLessThanOrEqual(given.length);
        for (const { startMinute, endMinute } of tidy) {
          expect(startMinute).toBeLessThan(1440);
          expect(endMinute - startMinute).toBeLessThanOrEqual(1440);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('joins what touches, also over midnight, and refuses a window without length', () => {
    expect(
      tidyWeek([
        { weekday: 2, startMinute: 0, endMinute: 120 },
        { weekday: 1, startMinute: 1320, endMinute: 1440 },
        { weekday: 3, startMinute: 480, endMinute: 720 },
        { weekday: 3, startMinute: 720, endMinute: 1080 },
      ]),
    ).toEqual([
      { weekday: 1, startMinute: 1320, endMinute: 1560 },
      { weekday: 3, startMinute: 480, endMinute: 1080 },
    ]);
    expect(tidyWeek([{ weekday: 1, startMinute: 600, endMinute: 600 }])).toBeNull();
  });
});

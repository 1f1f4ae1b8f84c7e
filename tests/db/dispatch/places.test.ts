/** Where a visit fits into a round: small days on one street, whose right answers are evident. */
import { describe, expect, it } from 'vitest';
import { type Going, placesIn, type Wanted } from '../../../db/dispatch/places.ts';
import { openSpans, type Round, type Stop } from '../../../db/dispatch/rounds.ts';

/** A day that begins at noon UTC of the first of January 2024, a Monday, in minutes. */
const instant = (minute: number) => Date.UTC(2024, 0, 1) + minute * 60_000;
/** So many minutes of way north of home: 60 km/h without detour, so that a kilometre is a minute. */
const north = (minutes: number) => ({ lat: 32 + minutes / 111.1949, lon: 118.8 });
const going: Going = { mode: { speedKmh: 60, detour: 1, fixedSeconds: 0 }, homeBetweenMinutes: 180 };

const stop = (
  orderId: string,
  from: number,
  minutes: number,
  where: number,
  more: Partial<Stop> = {},
): Stop => ({
  orderId,
  from: instant(from),
  until: instant(from + minutes),
  latest: instant(from + 30),
  ...north(where),
  state: 'accepted',
  ...more,
});
const round = (stops: Stop[], more: Partial<Round> = {}): Round => ({
  personId: 'p',
  home: north(0),
  open: null,
  absent: [],
  stops,
  ...more,
});
const wanted = (from: number, minutes: number, where: number, more: Partial<Wanted> = {}): Wanted => ({
  ...north(where),
  earliest: instant(from),
  latest: instant(from + 30),
  minutes,
  at: instant(0),
  orderId: 'x',
  ...more,
});
/** Places in minutes. */
const found = (r: Round, w: Wanted) =>
  placesIn(r, w, going).map(({ begin, travelSeconds, addedSeconds, waitSeconds, after, before }) => ({
    begin: (begin - instant(0)) / 60_000,
    travel: Math.round(travelSeconds / 60),
    added: Math.round(addedSeconds / 60),
    wait: Math.round(waitSeconds / 60),
    after,
    before,
  }));

describe('a place in a round', () => {
  it('is the way there and back for somebody with nothing else to do', () => {
    expect(found(round([]), wanted(600, 60, 10))).toEqual([
      { begin: 600, travel: 10, added: 20, wait: 0, after: null, before: null },
    ]);
  });

  it('adds only the way around that it is', () => {
    const r = round([stop('a', 540, 60, 10), stop('b', 720, 60, 20)]);
    expect(found(r, wanted(630, 60, 15))).toEqual([
      { begin: 630, travel: 5, added: 0, wait: 0, after: 'a', before: 'b' },
    ]);
  });

  it('begins later where the way from the visit before takes that long, and not at all beyond its window', () => {
    const r = round([stop('a', 540, 60, 0)]);
    expect(found(r, wanted(600, 30, 20))[0]).toMatchObject({ begin: 620, wait: 20, after: 'a' });
    expect(found(r, wanted(600, 30, 31))).toEqual([]);
  });

  it('makes others wait only within what their elders agreed to', () => {
    const wants = wanted(600, 60, 20);
    expect(found(round([stop('b', 660, 60, 0)]), wants)[0]).toMatchObject({
      begin: 600,
      wait: 20,
      before: 'b',
    });
    expect(found(round([stop('b', 660, 60, 0), stop('c', 720, 60, 0)]), wants)[0]).toMatchObject({
      wait: 40,
    });
    expect(found(round([stop('b', 660, 60, 0, { latest: instant(670) })]), wants)).toEqual([]);
  });

  it('does not blame the new visit for what is late already', () => {
    const late = round([stop('a', 540, 60, 0, { state: 'started' }), stop('b', 600, 30, 0)]);
    const places = found(late, wanted(800, 30, 0, { at: instant(700) }));
    expect(places).toEqual([{ begin: 800, travel: 0, added: 0, wait: 0, after: 'b', before: null }]);
  });

  it('waits for a visit that takes longer than planned', () => {
    const r = round([stop('a', 540, 60, 0, { state: 'started' })]);
    expect(found(r, wanted(600, 30, 0, { at: instant(625) }))[0]).toMatchObject({ begin: 625, wait: 25 });
    expect(found(r, wanted(600, 30, 0, { at: instant(635) }))).toEqual([]);
  });

  it('is not before a visit that has begun, nor beside the same order', () => {
    const r = round([stop('a', 540, 60, 0, { state: 'started' }), stop('x', 700, 60, 0)]);
    expect(found(r, wanted(700, 60, 0, { at: instant(550) }))).toMatchObject([{ after: 'a', before: null }]);
  });

  it('keeps to hours and absences, and may begin when the hours do', () => {
    const hours = { open: [{ from: instant(620), until: instant(700) }] };
    expect(found(round([], hours), wanted(600, 60, 0))[0]).toMatchObject({ begin: 620 });
    expect(found(round([], hours), wanted(600, 90, 0))).toEqual([]);
    const absent = { absent: [{ from: instant(500), until: instant(640) }] };
    expect(found(round([], absent), wanted(600, 60, 0))).toEqual([]);
    // Coming late from the visit before would take it beyond the end of the shift.
    const shift = { open: [{ from: instant(480), until: instant(660) }] };
    expect(found(round([stop('a', 540, 60, 0)], shift), wanted(600, 60, 10))).toEqual([]);
  });

  it('has the helper at home between visits that lie far apart', () => {
    const r = round([stop('a', 480, 60, 10), stop('b', 1080, 60, 10)]);
    expect(found(r, wanted(780, 60, 10))).toEqual([
      { begin: 780, travel: 10, added: 20, wait: 0, after: 'a', before: 'b' },
    ]);
  });

  it('is out of reach when the way from home takes longer than there is time', () => {
    expect(found(round([]), wanted(600, 60, 40, { at: instant(600) }))).toEqual([]);
    expect(found(round([]), wanted(600, 60, 20, { at: instant(600) }))[0]).toMatchObject({ begin: 620 });
  });
});

describe('weekly hours', () => {
  const span = { from: Date.UTC(2024, 0, 1), until: Date.UTC(2024, 0, 3) };

  it('are spans of Nanjing’s days, joined where they touch, also over midnight', () => {
    // Monday 08:00 in Nanjing is midnight UTC.
    const week = [
      [1, 480, 600],
      [1, 600, 720],
      [1, 1320, 1500],
      [4, 480, 600],
    ] as const;
    expect(
      openSpans(week, span).map(({ from, until }) => [from, until].map((ms) => new Date(ms).toISOString())),
    ).toEqual([
      ['2024-01-01T00:00:00.000Z', '2024-01-01T04:00:00.000Z'],
      ['2024-01-01T14:00:00.000Z', '2024-01-01T17:00:00.000Z'],
    ]);
  });

  it('hold what began the evening before', () => {
    const sunday = [[7, 1320, 1980]] as const;
    expect(openSpans(sunday, span)).toEqual([
      { from: Date.UTC(2023, 11, 31, 14), until: Date.UTC(2024, 0, 1, 1) },
    ]);
  });
});
